import type { ResourceRef } from '../../core/document/document.ts';
import { Refusal } from '../../core/refusal.ts';
import { refText } from '../../sources/resource-name.ts';
import type { ReconcileOutcome } from '../../workflows/messages.ts';
import {
  policyWorkflowId,
  reconcile as reconcileSignal,
  reconcileNow,
} from '../../workflows/messages.ts';
import { askPolicy, noWorkflow, withTemporal } from '../temporal-client.ts';
import { printable } from '../printable.ts';
import { writeOut } from '../output.ts';

export interface ReconcileOptions {
  readonly name: string;
  readonly namespace: string;
  readonly wait: boolean;
  readonly state: string;
}

const waitLimitMs = 10 * 60_000;

/** Asks the policy workflow to reconcile now. Returns the exit code. With `wait`, throws the refusal of the policy. */
export async function reconcile({ wait, state, ...ref }: ReconcileOptions): Promise<number> {
  const line = await withTemporal(state, async (client) => {
    const handle = client.workflow.getHandle(policyWorkflowId(ref));
    if (wait) {
      const update = () => handle.executeUpdate(reconcileNow);
      return outcomeLine(ref, await askPolicy(client, ref, update, waitLimitMs));
    }
    await askPolicy(client, ref, () => handle.signal(reconcileSignal));
    return 'reconcile requested';
  });
  writeOut(`${printable(`${refText(ref)}: ${line}`)}\n`);
  return 0;
}

function outcomeLine(ref: ResourceRef, { phase, line, pending, error }: ReconcileOutcome): string {
  if (error !== undefined) throw new Refusal(error.code, error.message, error.hint);
  if (phase === 'Gone') throw noWorkflow(ref);
  return `${phase}: ${pending === true ? `pending ${line}` : line}`;
}
