import { patched } from '@temporalio/workflow';
import type { DatabaseRun } from './database-state.ts';

/**
 * Index of the next ticket in the queue. Namespaces take turns, and within a namespace the oldest ticket goes first. So
 * many slow tickets of one namespace delay those of another by only one of them.
 */
export function nextTicket({ queue, turns }: DatabaseRun): number {
  const turnOf = (namespace: string) => turns.get(namespace) ?? 0;
  const [first] = queue;
  if (first === undefined) return 0;
  const waitedLongest = queue.reduce((best, { policy }, index) => {
    const leader = queue[best]?.policy ?? first.policy;
    return turnOf(policy.namespace) < turnOf(leader.namespace) ? index : best;
  }, 0);
  const next = waitedLongest > 0 && patched('namespaces-take-turns') ? waitedLongest : 0;
  const { namespace } = (queue[next] ?? first).policy;
  turns.set(namespace, Math.max(0, ...turns.values()) + 1);
  return next;
}
