import type { Rule } from '../core/bounds/rule.ts';
import type { RoleGraph } from '../core/graph.ts';
import { scopeOf } from '../core/inspect/scope-of.ts';
import { Refusal } from '../core/refusal.ts';
import { runBatch } from './batch.ts';
import { inspectionFailed } from './catalog-read.ts';
import type { CheckResult } from './contract.ts';
import { fingerprintQuery, readFingerprint } from './inspect.ts';
import type { SessionNames } from './name-check.ts';
import { isBounded } from './plan-everywhere.ts';
import type { Database } from './pool.ts';
import type { Session } from './session.ts';
import { beginTransaction } from './transaction.ts';

const limits = { statementMs: 30_000, lockMs: 5_000 };

interface CheckOptions {
  /** The bounds of the policy. */
  readonly rules?: readonly Rule[];
  readonly signal?: AbortSignal | undefined;
}

/**
 * The fingerprint of everything in a graph's scope. It takes one round trip on a pooled connection, whatever the size
 * of the catalog.
 * Throws Refusal.
 */
export async function checkDatabase(
  database: Database,
  graph: RoleGraph,
  { rules = [], signal }: CheckOptions = {},
): Promise<CheckResult> {
  const work = async (session: Session): Promise<CheckResult> => {
    const [result] = await fingerprints(session, database, [{ graph, rules }]);
    if (result === undefined) throw new RangeError('a check without a result');
    return result;
  };
  return database.use(work, { statementMs: limits.statementMs, signal });
}

/** One of several graphs to check on one connection. */
export interface SharedCheck {
  readonly graph: RoleGraph;
  /** The bounds of the policy. */
  readonly rules: readonly Rule[];
  /** Throws Refusal if the policy must not use a session with these names. */
  readonly admit: (names: SessionNames) => void;
}

/** Graphs per round trip. The statement timeout applies to each, and the time to wait for an answer to all. */
const mostPerTrip = 25;

/**
 * The fingerprint of each graph, in the same order, or the Refusal of one that must not use the session. It takes one
 * round trip for 25 graphs. A graph that cannot be read fails the others in its round trip, too.
 * Throws Refusal.
 */
export async function checkTogether(
  database: Database,
  checks: readonly SharedCheck[],
  { signal }: Pick<CheckOptions, 'signal'> = {},
): Promise<readonly (CheckResult | Refusal)[]> {
  const work = async (session: Session) => {
    const answers = new Map<SharedCheck, CheckResult | Refusal>();
    const refused = checks.map((check) => [check, refusalOf(check, session)] as const);
    for (const [check, refusal] of refused) if (refusal !== undefined) answers.set(check, refusal);
    const admitted = checks.filter((check) => !answers.has(check));
    for (let from = 0; from < admitted.length; from += mostPerTrip) {
      const trip = admitted.slice(from, from + mostPerTrip);
      const results = await fingerprints(session, database, trip);
      for (const [index, check] of trip.entries()) {
        const result = results[index];
        if (result !== undefined) answers.set(check, result);
      }
    }
    return checks.flatMap((check) => answers.get(check) ?? []);
  };
  return database.use(work, { statementMs: limits.statementMs, signal });
}

function refusalOf({ admit }: SharedCheck, names: SessionNames): Refusal | undefined {
  try {
    admit(names);
    return undefined;
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
}

async function fingerprints(
  session: Session,
  database: Database,
  checks: readonly Pick<SharedCheck, 'graph' | 'rules'>[],
): Promise<readonly CheckResult[]> {
  try {
    const queries = checks.map(({ graph, rules }) =>
      fingerprintQuery(session, scopeOf(graph, isBounded({ rules }))),
    );
    const begin = beginTransaction(session, 'READ COMMITTED READ ONLY', limits);
    const results = await runBatch(session.client, [...begin, ...queries, 'COMMIT']);
    return results
      .slice(-1 - queries.length, -1)
      .map((result) => readFingerprint(result, database));
  } catch (error) {
    throw inspectionFailed(error, database.target);
  }
}
