import { setTimeout as sleep } from 'node:timers/promises';
import { Refusal } from '../../core/refusal.ts';
import type { ApiClient } from '../../sources/kubernetes/api/client.ts';
import {
  readReport,
  type ReportedNamespace,
} from '../../sources/kubernetes/namespace-set/report.ts';
import { applyRoles } from './advice.ts';
import type { Installation } from './installation.ts';

interface ExpectedState {
  readonly name: string;
  readonly state: 'Running' | 'Gone';
  /** Seconds. */
  readonly wait: number;
}

const pollEveryMs = 250;

/** Waits until the watcher reports the state of a namespace. Throws Refusal `NamespaceNotReady` after the wait time. */
export async function awaitState(
  client: ApiClient,
  installation: Installation,
  { name, state, wait }: ExpectedState,
): Promise<string> {
  const deadline = Date.now() + wait * 1_000;
  for (;;) {
    const report = await readReport(client, installation.ref);
    const found = report?.namespaces.find((each) => each.name === name);
    if (isReached(found, state)) return `${state}: ${found?.reason ?? 'no longer reported'}`;
    if (wait === 0) return 'change requested';
    if (Date.now() > deadline) throw notReady(installation, { name, state, wait }, found);
    await sleep(pollEveryMs);
  }
}

function isReached(found: ReportedNamespace | undefined, state: ExpectedState['state']): boolean {
  return state === 'Gone' && found === undefined ? true : found?.state === state;
}

function notReady(
  installation: Installation,
  { name, state, wait }: ExpectedState,
  found: ReportedNamespace | undefined,
): Refusal {
  const observed =
    found === undefined
      ? 'the watcher does not report it'
      : `its state is ${found.state}: ${found.reason}`;
  const message = `namespace ${name} is not ${state} after ${String(wait)} s: ${observed}`;
  return new Refusal('NamespaceNotReady', message, hintFor(name, installation, found));
}

function hintFor(
  name: string,
  installation: Installation,
  found: ReportedNamespace | undefined,
): string {
  if (found === undefined) {
    return `Check that a watcher runs: kubectl -n ${installation.ref.namespace} get pods`;
  }
  if (found.state === 'RBACMissing') {
    return `Ask a cluster administrator to run: ${applyRoles(name, installation)}`;
  }
  return 'Wait for the watcher to finish. Run pgwarden namespaces to see the state.';
}
