import type { QueryResult } from 'pg';
import { z } from 'zod';
import { Refusal } from '../core/refusal.ts';

/**
 * Limit for the number of values in the JSON of a row. A value may take twenty times as much memory as its text, and a
 * catalog with 100,000 tables has fewer than a million.
 */
export const mostJsonValues = 3_000_000;

/** A JSON column, which arrives as text. */
export function jsonOf<T extends z.ZodType>(schema: T) {
  return z
    .string()
    .transform((text, context): unknown => {
      try {
        return JSON.parse(text);
      } catch {
        // The parser's message repeats part of the text, which may be a secret.
        context.addIssue({ code: 'custom', message: 'is no JSON' });
        return z.NEVER;
      }
    })
    .pipe(schema);
}

/** A list that reports only its first invalid element, so that a server cannot fill the memory with errors. */
export function listOf<T>(element: z.ZodType<T>) {
  return z.array(z.unknown()).transform((items) => items.map((item) => element.parse(item)));
}

/**
 * Decodes the first row. Throws Refusal `ServerAnswerTooLarge` before it parses too many values, otherwise ZodError.
 */
export function decodeRow<T>(schema: z.ZodType<T>, { rows }: QueryResult): T {
  const row: unknown = rows[0];
  refuseManyValues(row);
  return schema.parse(row);
}

/** Decodes all rows, which contain no JSON. */
export function decodeAll<T>(element: z.ZodType<T>, { rows }: QueryResult): T[] {
  return listOf(element).parse(rows);
}

function refuseManyValues(row: unknown): void {
  if (typeof row !== 'object' || row === null) return;
  let values = 0;
  for (const text of Object.values(row)) if (typeof text === 'string') values += valuesIn(text);
  if (values <= mostJsonValues) return;
  throw new Refusal(
    'ServerAnswerTooLarge',
    `the server sent a response of more than ${String(mostJsonValues / 1_000_000)} million values`,
    'Check that this is the right PostgreSQL server. Split a policy that covers very many schemas or objects.',
  );
}

const [array, object, comma] = ['[', '{', ','].map((character) => character.charCodeAt(0));

/** An upper estimate of the scalars that JSON.parse creates. Characters within texts count too. */
function valuesIn(text: string): number {
  let count = 0;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code === comma || code === array || code === object) count += 1;
  }
  return count;
}
