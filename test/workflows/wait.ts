import { policyWorkflowId, stateQuery } from '../../workflows/messages.ts';
import type { Bench } from './bench.ts';

/** Waits until `look` gives something true. */
export async function eventually<T>(
  look: () => Promise<T> | T,
  limitMs = 30_000,
): Promise<NonNullable<T>> {
  const deadline = Date.now() + limitMs;
  for (;;) {
    const seen = await look();
    if (seen !== undefined && seen !== null && seen !== false) return seen;
    if (Date.now() > deadline) throw new Error(`not within ${limitMs} ms: ${look.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Waits until a policy's workflow sleeps in a phase, and gives its view. */
export function settledIn(bench: Bench, name: string, phase: string, limitMs?: number) {
  const handle = bench.client.workflow.getHandle(
    policyWorkflowId({ namespace: bench.namespace, name }),
  );
  return eventually(async () => {
    const view = await handle.query(stateQuery).catch(() => undefined);
    return view?.phase === phase && view.nextCheck !== undefined ? view : undefined;
  }, limitMs);
}
