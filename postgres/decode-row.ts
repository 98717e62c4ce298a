import type { QueryResult } from 'pg';
import { z } from 'zod';
import { Refusal } from '../core/refusal.ts';

/**
 * The most values that the JSON of a row may have. A value may take twenty times as much memory as its text, and a catalog
 * with 100,000 tables has fewer than a million.
 */
export const mostJsonValues = 3_000_000;

/** A column of JSON, which comes as text. */
export function jsonOf<T extends z.ZodType>(schema: T) {
  return z
    .string()
    .transform((text, context): unknown => {
      try {
        return JSON.parse(text);
      } catch {
        // What the parser says repeats a part of the text, which may be a secret.
        context.addIssue({ code: 'custom', message: 'is no JSON' });
        return z.NEVER;
      }
    })
    .pipe(schema);
}

/** A list of which only the first wrong element is told: a server must not fill the memory with complaints. */
export function listOf<T>(element: z.ZodType<T>) {
  return z.array(z.unknown()).transform((items) => items.map((item) => element.parse(item)));
}

/** The first row. Throws Refusal `ServerAnswerTooLarge` before anything is made of too many values, else ZodError. */
export function decodeRow<T>(schema: z.ZodType<T>, { rows }: QueryResult): T {
  const row: unknown = rows[0];
  refuseManyValues(row);
  return schema.parse(row);
}

/** All rows, none of which has JSON. */
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
    `the server sent an answer of more than ${String(mostJsonValues / 1_000_000)} million values`,
    'Check that this is the PostgreSQL server you mean. Split a policy that covers very many schemas or objects.',
  );
}

const starts = new Set(['[', '{', ','].map((character) => character.charCodeAt(0)));

/** At least as many as JSON.parse makes, without what is no list or object. Characters within texts count too. */
function valuesIn(text: string): number {
  let count = 0;
  for (let index = 0; index < text.length; index += 1)
    if (starts.has(text.charCodeAt(index))) count += 1;
  return count;
}
