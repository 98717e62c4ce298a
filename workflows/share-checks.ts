import { quickly } from './activities.ts';
import { betweenReports } from './delay.ts';
import { checkRequest } from './reconcile.ts';
import type { PolicyRun } from './policy-state.ts';

/**
 * Joins the shared check that the last check named, if the policy is in sync. Returns its ID, or undefined if the
 * policy must check itself at every interval.
 */
export async function shareChecks(run: PolicyRun): Promise<string | undefined> {
  const { shared, joined, mark, error, zone } = run.state;
  const { intervalSeconds, maxIntervalSeconds, quietChecks } = run.state;
  const intervals = { intervalSeconds, maxIntervalSeconds, quietChecks };
  if (shared === undefined || mark === undefined || error !== undefined) return undefined;
  const request = {
    shared,
    ...(joined === undefined || joined === shared ? {} : { former: joined }),
    member: {
      check: checkRequest(run, { force: false, woken: false }),
      intervals,
      reportMs: betweenReports(intervals),
      ...(zone === undefined ? {} : { zone }),
    },
  };
  const done = await quickly(({ joinSharedCheck }) =>
    joinSharedCheck.executeWithOptions({ summary: 'share checks' }, [request]),
  );
  if (done.kind === 'refused') return undefined;
  run.state = { ...run.state, joined: shared };
  return shared;
}
