import { quickly } from './activities.ts';
import { longestIntervalOf } from './delay.ts';
import { checkRequest } from './reconcile.ts';
import type { PolicyRun, PolicyState } from './policy-state.ts';

/**
 * A policy that shares its checks still checks itself this seldom. It would otherwise never notice that someone
 * terminated the workflow of the shared check.
 */
const intervalsBetweenOwnChecks = 12;

/** Milliseconds until a policy that shares its checks checks itself. */
export function ownCheckDelay(state: PolicyState): number {
  const jitter = 0.9 + Math.random() * 0.1;
  return intervalsBetweenOwnChecks * longestIntervalOf(state) * 1_000 * jitter;
}

/**
 * Joins the shared check that the last check named, if the policy is in sync. Returns its ID, or undefined if the
 * policy must check itself at every interval.
 */
export async function shareChecks(run: PolicyRun): Promise<string | undefined> {
  const { shared, joined, mark, error } = run.state;
  const { intervalSeconds, maxIntervalSeconds, quietChecks } = run.state;
  if (shared === undefined || mark === undefined || error !== undefined) return undefined;
  const request = {
    shared,
    ...(joined === undefined || joined === shared ? {} : { former: joined }),
    member: {
      check: checkRequest(run, { force: false, woken: false }),
      intervals: { intervalSeconds, maxIntervalSeconds, quietChecks },
    },
  };
  const done = await quickly(({ joinSharedCheck }) =>
    joinSharedCheck.executeWithOptions({ summary: 'share checks' }, [request]),
  );
  if (done.kind === 'refused') return undefined;
  run.state = { ...run.state, joined: shared };
  return shared;
}
