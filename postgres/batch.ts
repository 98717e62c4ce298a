import type { ClientBase, QueryResult } from 'pg';
import { expectAnswer } from './answer-limits.ts';
import type { ReusableStatement } from '../core/inspect/inspection.ts';
import { PreparedStatementLost, composeFor, isAboutPreparing, isLost } from './prepared.ts';
import type { AnswerSize } from './received-limit.ts';

export type BatchStatement = string | ReusableStatement;

/**
 * Sends statements as one message and returns one result for each, in one round trip. The first statement that fails
 * ends the batch. Values must be quoted in the text. Request a large response explicitly.
 */
export async function runBatch(
  client: ClientBase,
  statements: readonly BatchStatement[],
  size: AnswerSize = 'small',
): Promise<readonly QueryResult[]> {
  const composer = composeFor(client);
  const texts = statements.flatMap((each) =>
    typeof each === 'string' ? [each] : composer.textsFor(each),
  );
  expectAnswer(client, texts.length, size);
  try {
    const result: QueryResult | QueryResult[] = await client.query(texts.join(';\n'));
    composer.remember();
    const results: readonly QueryResult[] = Array.isArray(result) ? result : [result];
    return results.filter((each) => !isAboutPreparing(each));
  } catch (error) {
    throw isLost(error) ? new PreparedStatementLost() : error;
  }
}

/** The last result of a batch. */
export function lastOf(results: readonly QueryResult[]): QueryResult {
  const last = results.at(-1);
  if (last === undefined) throw new RangeError('a batch without a result');
  return last;
}
