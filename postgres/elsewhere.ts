import type { QueryResult } from 'pg';
import { type Answer, databasesElsewhere } from '../core/inspect/elsewhere.ts';
import { failureClass } from '../core/error-codes.ts';
import type { Scope } from '../core/catalog/scope.ts';
import type { Live } from '../core/live.ts';
import { Refusal } from '../core/refusal.ts';
import { lastOf, runBatch } from './batch.ts';
import { type Inspection, elsewhereQuery, readElsewhere } from './inspect.ts';
import type { Database } from './pool.ts';
import type { Session } from './session.ts';
import { beginTransaction } from './transaction.ts';

const limits = { statementMs: 60_000, lockMs: 5_000 };

/**
 * What kinds need to know about other databases of the server, read with the credentials of the policy. It connects
 * only if a kind needs it. If a database allows no connection, that is a result and not an error.
 */
export async function askElsewhere(
  database: Database,
  inspection: Inspection,
  scope: Scope,
  live: Live,
): Promise<readonly Answer[]> {
  const answers: Answer[] = [];
  for (const name of databasesElsewhere(inspection.rows, live))
    answers.push(await database.elsewhere(name, (other) => ask(other, inspection, scope)));
  return answers;
}

async function ask(other: Database, inspection: Inspection, scope: Scope): Promise<Answer> {
  try {
    const look = async (session: Session): Promise<Answer> => {
      const begin = beginTransaction(session, 'READ COMMITTED READ ONLY', limits);
      const query = elsewhereQuery(session, scope);
      const results = await runBatch(session.client, [...begin, query, 'COMMIT'], 'large');
      return answerOf(lastOf(results.slice(0, -1)), other, inspection);
    };
    return await other.use(look, { statementMs: limits.statementMs });
  } catch (error) {
    if (!(error instanceof Refusal) || failureClass(error.code) !== 'refused') throw error;
    return { database: other.target.database, unreadable: error.message };
  }
}

/** A proxy may map a database name to another server, whose content does not count. */
export function answerOf(result: QueryResult, other: Database, { identity }: Inspection): Answer {
  const { database } = other.target;
  const there = readElsewhere(result, other);
  const isSame = there.identity.server === identity.server && there.identity.database === database;
  return isSame
    ? { database, rows: there.rows, triggers: there.triggers }
    : { database, unreadable: 'the connection leads to another server' };
}
