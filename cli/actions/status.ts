import type { Client } from '@temporalio/client';
import type { ResourceRef } from '../../core/document/document.ts';
import { mapLimited } from '../../sources/directory/map-limited.ts';
import { refText } from '../../sources/resource-name.ts';
import type { PolicyView } from '../../workflows/messages.ts';
import { policyWorkflowId, stateQuery } from '../../workflows/messages.ts';
import { clockTimeOf } from '../clock.ts';
import { foundLines } from '../finding-lines.ts';
import { policyTable } from '../policy-table.ts';
import { databaseName } from '../database-name.ts';
import { askPolicy, withTemporal } from '../temporal-client.ts';

export interface StatusOptions {
  readonly name: string | undefined;
  readonly namespace: string;
  readonly output: 'table' | 'json';
  readonly state: string;
}

interface Standing {
  readonly ref: ResourceRef;
  readonly view: PolicyView;
}

const atOnce = 16;

/** Shows where policies stand. Returns the exit code. */
export async function status({ name, namespace, output, state }: StatusOptions): Promise<number> {
  const standings = await withTemporal(state, async (client) => {
    const names = name === undefined ? await runningPolicies(client, namespace) : [name];
    return mapLimited(names.sort(), atOnce, (each) =>
      standingOf(client, { namespace, name: each }),
    );
  });
  process.stdout.write(output === 'json' ? asJson(standings) : asTable(standings, namespace));
  return 0;
}

async function runningPolicies(client: Client, namespace: string): Promise<string[]> {
  const prefix = policyWorkflowId({ namespace, name: '' });
  const query = `WorkflowType = 'policy' AND ExecutionStatus = 'Running' AND WorkflowId STARTS_WITH '${prefix}'`;
  const names: string[] = [];
  for await (const { workflowId } of client.workflow.list({ query })) {
    names.push(workflowId.slice(prefix.length));
  }
  return names;
}

async function standingOf(client: Client, ref: ResourceRef): Promise<Standing> {
  const handle = client.workflow.getHandle(policyWorkflowId(ref));
  return { ref, view: await askPolicy(client, ref, () => handle.query(stateQuery)) };
}

function asJson(standings: readonly Standing[]): string {
  const policies = standings.map(({ ref, view }) => ({ ...ref, ...view }));
  return `${JSON.stringify({ schema_version: 'pgwarden.status.v1', policies }, undefined, 2)}\n`;
}

function asTable(standings: readonly Standing[], namespace: string): string {
  if (standings.length === 0) return `No policy of namespace ${namespace} has a workflow.\n`;
  const rows = standings.map(({ ref, view }) => ({
    policy: refText(ref),
    phase: view.phase,
    database: databaseName(view),
    changes: view.pending === undefined ? 'none' : `pending: ${view.pending}`,
    lastCheck: clockTimeOf(view.lastCheck),
  }));
  const errors = standings.flatMap(({ ref, view: { error } }) =>
    error === undefined
      ? []
      : [`${refText(ref)}: ${error.code}: ${error.message}\n  ${error.hint}\n`],
  );
  const found = standings.flatMap(({ ref, view: { findings } }) =>
    findings === undefined ? [] : [foundLines(refText(ref), findings)],
  );
  return [policyTable(rows), ...errors, ...found].join('');
}
