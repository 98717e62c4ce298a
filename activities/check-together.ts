import { activityInfo } from '@temporalio/activity';
import { Refusal } from '../core/refusal.ts';
import { checkTogether as fingerprintsOf } from '../postgres/check.ts';
import type { CheckResult } from '../postgres/contract.ts';
import { observedDatabase } from '../postgres/observed-database.ts';
import type { Database } from '../postgres/pool.ts';
import { withSecretsReadOnce } from '../sources/secrets-read-once.ts';
import type { PolicyRecord } from '../sources/source.ts';
import { check, type Looking, type Together } from './check.ts';
import type {
  CheckedTogether,
  CheckOutcome,
  CheckTogetherRequest,
  Intervals,
} from './check-contract.ts';
import type { ActivityDeps } from './deps.ts';
import { meeting } from './meeting.ts';
import { placeOf } from './reach.ts';
import type { ReadyPolicy } from './ready-policy.ts';
import type { Connected } from './target.ts';

/** How long the others wait for a policy whose Secrets are slow to read. */
const patienceMs = 2_000;

/**
 * Checks policies of one database together. Each is checked as if by itself, with its own connection and bounds. Those
 * of one namespace that have the same connection are read in one round trip.
 */
export async function checkTogether(
  deps: ActivityDeps,
  { members }: CheckTogetherRequest,
  looking: Looking,
): Promise<CheckedTogether> {
  const met = meeting<Asked, CheckResult>({
    parties: members.length,
    patienceMs,
    answer: (asked) => answers(deps, asked, looking),
  });
  const sharing: ActivityDeps = { ...deps, source: withSecretsReadOnce(deps.source) };
  const refresh = refresher(deps);
  const outcomes = await Promise.all(
    members.map(async ({ check: request, intervals }) => {
      const together: Together = {
        fingerprint: (connected, policy) => met.ask({ connected, policy }),
        unchanged: (record) => refresh(record, intervals),
      };
      try {
        return await check(sharing, request, { ...looking, together });
      } catch {
        // The policy's own check meets the same error, and reports it.
        return undefined;
      } finally {
        met.finished();
      }
    }),
  );
  looking.attempt.signal.throwIfAborted();
  const awake = outcomes.flatMap((outcome, index) => (isQuiet(outcome) ? [] : [index]));
  return { kind: 'checked', awake };
}

function isQuiet(outcome: CheckOutcome | undefined): boolean {
  if (outcome?.kind !== 'unchanged') return false;
  return outcome.misrecorded === undefined && outcome.untold === undefined;
}

interface Asked {
  readonly connected: Connected;
  readonly policy: ReadyPolicy;
}

/** One round trip for each connection and namespace, so that no namespace waits for the work of another. */
function answers(
  deps: ActivityDeps,
  asked: readonly Asked[],
  looking: Looking,
): Promise<CheckResult>[] {
  const groups = new Map<Database, Map<string, Asked[]>>();
  for (const each of asked) {
    const { pool } = each.connected;
    const { namespace } = each.policy.ref;
    const namespaces = groups.get(pool) ?? new Map<string, Asked[]>();
    groups.set(pool, namespaces);
    namespaces.set(namespace, [...(namespaces.get(namespace) ?? []), each]);
  }
  const answerOf = new Map<Asked, Promise<CheckResult>>();
  for (const [pool, namespaces] of groups) {
    for (const [namespace, group] of namespaces) {
      const results = readGroup(deps, { pool, namespace, group }, looking);
      for (const [index, each] of group.entries())
        answerOf.set(
          each,
          results.then((all) => resultOf(all[index])),
        );
    }
  }
  return asked.flatMap((each) => answerOf.get(each) ?? []);
}

interface Group {
  readonly pool: Database;
  readonly namespace: string;
  readonly group: readonly Asked[];
}

async function readGroup(
  { admission }: ActivityDeps,
  { pool, namespace, group }: Group,
  { attempt }: Looking,
): Promise<readonly (CheckResult | Refusal)[]> {
  const { local, remote } = admission;
  const admitted = activityInfo().isLocal ? local : remote;
  return admitted.run(placeOf(pool.target, namespace), () => {
    attempt.signal.throwIfAborted();
    const checks = group.map(({ connected: { rules, admit }, policy: { graph } }) => ({
      graph,
      rules,
      admit,
    }));
    return fingerprintsOf(observedDatabase(pool, attempt), checks);
  });
}

function resultOf(result: CheckResult | Refusal | undefined): CheckResult {
  if (result instanceof Refusal) throw result;
  if (result === undefined) throw new RangeError('a check without a result');
  return result;
}

/** As often as a policy that is checked alone reports: see workflows/conclude.ts. */
const leastBetweenMs = 300_000;
const checksBetween = 3;

/** Statuses written in one shared check, which must not take long. The others are due at the next one. */
const mostRefreshed = 40;

/** Says in the status that the policy was checked, if it was last said long ago. */
function refresher({ source, now }: ActivityDeps) {
  let refreshed = 0;
  return async (record: PolicyRecord, intervals: Intervals): Promise<void> => {
    const said = record.status.last_reconcile_time;
    if (said === undefined || refreshed >= mostRefreshed) return;
    const longest = intervals.maxIntervalSeconds ?? intervals.intervalSeconds;
    const between = Math.max(leastBetweenMs, checksBetween * longest * 1_000);
    const moment = now();
    if (moment.getTime() - Date.parse(said) < between) return;
    refreshed += 1;
    const time = moment.toISOString();
    const checked = { last_reconcile_time: time, last_successful_reconcile_time: time };
    await source.writeStatus(record, (status) => ({ ...status, ...checked }), record.version);
  };
}
