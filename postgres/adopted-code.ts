import { z } from 'zod';
import type { Statement } from '../core/statement.ts';
import { codeAmongSql } from '../core/kinds/code/owner-code.ts';
import { listed } from '../core/listed.ts';
import { Refusal } from '../core/refusal.ts';
import { lastOf, runBatch } from './batch.ts';
import { decodeAll } from './decode-row.ts';
import type { Database } from './pool.ts';
import { beginTransaction } from './transaction.ts';

/** Thrown when an object started to run code with its former owner's rights while it was being given away. */
export class CodeAppeared extends Refusal {}

const limits = { statementMs: 30_000, lockMs: 5_000 };
const row = z.object({ name: z.string() });
const shownNames = 5;

/**
 * Throws `CodeAppeared` if an object that was given away because it ran no code with its owner's rights does so now, or
 * if someone became able to make it do so.
 *
 * It uses another connection, because the transaction of the plan has an older snapshot and holds locks on what it gave
 * away. So this sees what others committed before, and nobody can change it any more.
 */
export async function refuseAppearedCode(
  database: Database,
  statements: readonly Statement[],
): Promise<void> {
  const given = statements.flatMap(({ runsNoCode }) => runsNoCode ?? []);
  if (given.length === 0) return;
  const names = await database.use(async (session) => {
    const begin = beginTransaction(session, 'READ COMMITTED READ ONLY', limits);
    const results = await runBatch(
      session.client,
      [...begin, codeAmongSql(given), 'COMMIT'],
      'large',
    );
    return decodeAll(row, lastOf(results.slice(0, -1))).map(({ name }) => name);
  });
  if (names.length === 0) return;
  throw new CodeAppeared(
    'PlanChanged',
    `objects that run code with the rights of their owner changed while pgwarden gave them away: ${listed(names, shownNames)}`,
    'Wait: pgwarden makes a new plan within seconds.',
  );
}
