import type { ClientBase, QueryResult } from 'pg';
import { expectAnswer } from './answer-limits.ts';
import type { AnswerSize } from './received-limit.ts';

/**
 * Sends statements as one message and returns one result for each, in one round trip. The first statement that fails
 * ends the batch. Values must be quoted in the text. Request a large response explicitly.
 */
export async function runBatch(
  client: ClientBase,
  statements: readonly string[],
  size: AnswerSize = 'small',
): Promise<readonly QueryResult[]> {
  expectAnswer(client, statements.length, size);
  const result: QueryResult | QueryResult[] = await client.query(statements.join(';\n'));
  return Array.isArray(result) ? result : [result];
}

/** The last result of a batch. */
export function lastOf(results: readonly QueryResult[]): QueryResult {
  const last = results.at(-1);
  if (last === undefined) throw new RangeError('a batch without a result');
  return last;
}
