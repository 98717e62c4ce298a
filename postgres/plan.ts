import { scopeOf } from '../core/inspect/scope-of.ts';
import { claimProof } from '../core/plan/proven-claim.ts';
import { lastOf, runBatch } from './batch.ts';
import type { Intent, MarkedPlan, Passwords, PlanResult } from './contract.ts';
import { inTurns } from '../core/in-turns.ts';
import { inspectionQuery, readInspection } from './inspect.ts';
import { isBounded, planEverywhere, planFigures } from './plan-everywhere.ts';
import type { Database } from './pool.ts';
import type { Session } from './session.ts';
import { beginTransaction } from './transaction.ts';
import { inspectionFailed } from './catalog-read.ts';

const limits = { statementMs: 60_000, lockMs: 5_000 };

/**
 * Plans what an intent would change, from one snapshot. Changes nothing. Without given passwords, stored ones are not
 * compared. Throws Refusal.
 */
export async function planDatabase(
  database: Database,
  intent: Intent,
  passwords: Passwords = new Map(),
  signal?: AbortSignal,
): Promise<PlanResult> {
  return planFor(database, intent, { passwords, marked: false, signal });
}

/** The same with the fingerprint of its input, for later checks. */
export async function planWithFingerprint(
  database: Database,
  intent: Intent,
  passwords: Passwords,
  signal?: AbortSignal,
): Promise<MarkedPlan> {
  return planFor(database, intent, { passwords, marked: true, signal });
}

interface PlanOptions {
  readonly passwords: Passwords;
  /** Whether to compute the fingerprint, too. */
  readonly marked: boolean;
  readonly signal: AbortSignal | undefined;
}

function planFor(
  database: Database,
  intent: Intent,
  { passwords, marked, signal }: PlanOptions,
): Promise<MarkedPlan> {
  const work = async (session: Session): Promise<MarkedPlan> => {
    try {
      // No transaction stays open: a plan without changes needs nothing more from the server.
      const begin = beginTransaction(session, 'READ COMMITTED READ ONLY', limits);
      const scope = scopeOf(intent.graph, isBounded(intent));
      const query = inspectionQuery(session, scope, marked);
      const results = await runBatch(session.client, [...begin, query, 'COMMIT'], 'large');
      const inspection = await readInspection(lastOf(results.slice(0, -1)), database);
      const planned = await planEverywhere(session, database, intent, {
        inspection,
        scope,
        passwords,
        begin,
      });
      const { identity, server, fingerprint } = inspection;
      const { statements, plan, live } = planned;
      const proven = await inTurns(claimProof(inspection.rows, live));
      return { identity, server, statements, fingerprint, proven, ...(await planFigures(plan)) };
    } catch (error) {
      throw inspectionFailed(error, database.target);
    }
  };
  return database.use(work, { statementMs: limits.statementMs, signal });
}
