import type { Rule } from '../core/bounds/rule.ts';
import type { RoleGraph } from '../core/graph.ts';
import { scopeOf } from '../core/inspect/scope-of.ts';
import { lastOf, runBatch } from './batch.ts';
import type { CheckResult } from './contract.ts';
import { fingerprintQuery, readFingerprint } from './inspect.ts';
import type { Database } from './pool.ts';
import type { Session } from './session.ts';
import { isBounded } from './plan-everywhere.ts';
import { beginTransaction } from './transaction.ts';
import { inspectionFailed } from './catalog-read.ts';

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
  { rules, signal }: CheckOptions = {},
): Promise<CheckResult> {
  const work = async (session: Session): Promise<CheckResult> => {
    try {
      const query = fingerprintQuery(session, scopeOf(graph, isBounded({ rules: rules ?? [] })));
      const begin = beginTransaction(session, 'READ COMMITTED READ ONLY', limits);
      const results = await runBatch(session.client, [...begin, query, 'COMMIT']);
      return readFingerprint(lastOf(results.slice(0, -1)), database);
    } catch (error) {
      throw inspectionFailed(error, database.target);
    }
  };
  return database.use(work, { statementMs: limits.statementMs, signal });
}
