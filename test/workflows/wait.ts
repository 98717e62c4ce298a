import { setTimeout as sleep } from 'node:timers/promises';
import { policyWorkflowId, stateQuery } from '../../workflows/messages.ts';
import type { Bench } from './bench.ts';

const betweenLooksMs = 25;

type Nothing = false | null | undefined;

/** Waits until `look` returns something true. The error shows the code of `look`. */
export async function eventually<T>(
  look: () => Promise<T | Nothing> | T | Nothing,
  limitMs = 30_000,
): Promise<T> {
  const deadline = Date.now() + limitMs;
  for (;;) {
    const seen = await look();
    if (seen !== undefined && seen !== null && seen !== false) return seen;
    if (Date.now() > deadline) throw new Error(`not within ${limitMs} ms: ${look.toString()}`);
    await sleep(betweenLooksMs);
  }
}

/** The result of a promise, or an error that says what did not happen in time. */
export async function within<T>(promise: Promise<T>, what: string, limitMs = 30_000): Promise<T> {
  const ended = new AbortController();
  const late = sleep(limitMs, undefined, { signal: ended.signal }).then(() => {
    throw new Error(`not within ${limitMs} ms: ${what}`);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    ended.abort();
    await late.catch(() => undefined);
  }
}

/** Waits until a policy's workflow sleeps in a phase, and returns its view. */
export function settledIn(bench: Bench, name: string, phase: string, limitMs?: number) {
  const handle = bench.client.workflow.getHandle(
    policyWorkflowId({ namespace: bench.namespace, name }),
  );
  return eventually(async () => {
    const view = await handle.query(stateQuery).catch(() => undefined);
    return view?.phase === phase && view.nextCheck !== undefined ? view : undefined;
  }, limitMs);
}
