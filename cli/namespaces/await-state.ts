import { setTimeout as sleep } from 'node:timers/promises';
import { Refusal } from '../../core/refusal.ts';
import type { ApiClient } from '../../sources/kubernetes/api/client.ts';
import { readReport, type ReportedNamespace } from '../../sources/kubernetes/namespace-set/report.ts';
import { applyRoles } from './advice.ts';
import type { Installation } from './installation.ts';

interface Awaited {
  readonly name: string;
  readonly state: 'Running' | 'Gone';
  /** Seconds. */
  readonly wait: number;
}

const everyMs = 250;

/** Waits until it is told of a namespace, and says what is. Throws Refusal `NamespaceNotReady` when it takes too long. */
export async function awaitState(
  client: ApiClient,
  installation: Installation,
  { name, state, wait }: Awaited,
): Promise<string> {
  const deadline = Date.now() + wait * 1_000;
  for (;;) {
    const report = await readReport(client, installation.ref);
    const found = report?.namespaces.find((each) => each.name === name);
    if (isReached(found, state))
      return `${state}: ${found?.reason ?? 'nothing is told of it any more'}`;
    if (wait === 0) return 'asked for';
    if (Date.now() > deadline) throw notReady(installation, { name, state, wait }, found);
    await sleep(everyMs);
  }
}

function isReached(found: ReportedNamespace | undefined, state: Awaited['state']): boolean {
  return state === 'Gone' && found === undefined ? true : found?.state === state;
}

function notReady(
  installation: Installation,
  { name, state, wait }: Awaited,
  found: ReportedNamespace | undefined,
): Refusal {
  const is =
    found === undefined ? 'nothing is told of it' : `it is ${found.state}: ${found.reason}`;
  const message = `namespace ${name} is not ${state} after ${String(wait)} s: ${is}`;
  return new Refusal('NamespaceNotReady', message, hintFor(name, installation, found));
}

function hintFor(
  name: string,
  installation: Installation,
  found: ReportedNamespace | undefined,
): string {
  if (found === undefined) {
    return `Look whether a watcher runs: kubectl -n ${installation.ref.namespace} get pods`;
  }
  if (found.state === 'RBACMissing') {
    return `An administrator runs: ${applyRoles(name, installation)}`;
  }
  return 'It goes on by itself: pgwarden namespaces shows how it stands.';
}
