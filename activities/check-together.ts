import { grouped } from '../core/grouped.ts';
import { Refusal } from '../core/refusal.ts';
import { checkTogether as fingerprintsOf } from '../postgres/check.ts';
import type { CheckResult } from '../postgres/contract.ts';
import type { Database } from '../postgres/pool.ts';
import { withSecretsReadOnce } from '../sources/secrets-read-once.ts';
import type { PolicyRecord } from '../sources/source.ts';
import { check, type Looking, type Together } from './check.ts';
import type { CheckedTogether, CheckOutcome, CheckTogetherRequest } from './check-contract.ts';
import type { ActivityDeps } from './deps.ts';
import { meeting } from './meeting.ts';
import { admitted } from './reach.ts';
import type { ReadyPolicy } from './ready-policy.ts';
import type { Connected } from './target.ts';

/** How long the others wait for a policy whose Secrets are slow to read. */
const patienceMs = 2_000;

/**
 * Checks policies of one namespace and database together. Each is checked as if by itself, with its own connection and
 * bounds. Those that have the same connection are read in one round trip.
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
    members.map(async ({ check: request, reportMs }) => {
      const together: Together = {
        fingerprint: (connected, policy) => met.ask({ connected, policy }),
        unchanged: (record) => refresh(record, reportMs),
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

/** One round trip for each connection, because members can have different addresses or passwords of a database. */
function answers(
  deps: ActivityDeps,
  asked: readonly Asked[],
  looking: Looking,
): Promise<CheckResult>[] {
  const answerOf = new Map<Asked, Promise<CheckResult>>();
  for (const [pool, group] of grouped(asked, ({ connected }) => connected.pool)) {
    const results = readGroup(deps, { pool, group }, looking);
    for (const [index, each] of group.entries())
      answerOf.set(
        each,
        results.then((all) => resultOf(all[index])),
      );
  }
  return asked.flatMap((each) => answerOf.get(each) ?? []);
}

interface Group {
  readonly pool: Database;
  readonly group: readonly Asked[];
}

function readGroup(
  deps: ActivityDeps,
  { pool, group }: Group,
  { attempt }: Looking,
): Promise<readonly (CheckResult | Refusal)[]> {
  const checks = group.map(({ connected: { rules, admit }, policy: { graph } }) => ({
    graph,
    rules,
    admit,
  }));
  const [{ policy } = { policy: undefined }] = group;
  const namespace = policy?.ref.namespace ?? '';
  return admitted(deps, { database: pool, namespace, attempt }, (database) =>
    fingerprintsOf(database, checks),
  );
}

function resultOf(result: CheckResult | Refusal | undefined): CheckResult {
  if (result instanceof Refusal) throw result;
  if (result === undefined) throw new RangeError('a check without a result');
  return result;
}

/** Statuses written in one shared check, which must not take long. The others are due at the next one. */
const mostRefreshed = 40;

/** Says in the status that the policy was checked, if it was last said long ago. */
function refresher({ source, now }: ActivityDeps) {
  let refreshed = 0;
  return async (record: PolicyRecord, reportMs: number): Promise<void> => {
    const said = record.status.last_reconcile_time;
    if (said === undefined || refreshed >= mostRefreshed) return;
    const moment = now();
    if (moment.getTime() - Date.parse(said) < reportMs) return;
    refreshed += 1;
    const time = moment.toISOString();
    const checked = { last_reconcile_time: time, last_successful_reconcile_time: time };
    await source.writeStatus(record, (status) => ({ ...status, ...checked }), record.version);
  };
}
