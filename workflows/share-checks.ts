import { quickly } from './activities.ts';
import type { PolicyRun } from './policy-state.ts';

/**
 * A policy that shares its checks still checks itself this seldom. It would otherwise never notice that someone
 * terminated the workflow of the shared check.
 */
export const intervalsBetweenOwnChecks = 12;

/**
 * Joins the shared check that the last check named, if the policy is in sync. Returns its ID, or undefined if the
 * policy must check itself at every interval.
 */
export async function shareChecks(run: PolicyRun): Promise<string | undefined> {
  const { shared, joined, mark, error, recorded, claim, intervalSeconds } = run.state;
  if (shared === undefined || mark === undefined || error !== undefined) return undefined;
  const request = {
    shared,
    ...(joined === undefined || joined === shared ? {} : { former: joined }),
    member: {
      ref: run.ref,
      last: mark,
      intervalSeconds,
      ...(recorded === undefined ? {} : { recorded }),
      ...(claim?.held === true ? ({ holds: true } as const) : {}),
    },
  };
  const done = await quickly(({ joinSharedCheck }) =>
    joinSharedCheck.executeWithOptions({ summary: 'share checks' }, [request]),
  );
  if (done.kind === 'refused') return undefined;
  run.state = { ...run.state, joined: shared };
  return shared;
}
