import { distinct } from '../distinct.ts';
import type { EventTrigger } from './event-triggers.ts';
import { decodeRows } from './live-rows.ts';
import type { LiveRows, Live } from '../live.ts';
import { inspectors } from '../registry.ts';

/** The answer of another database of the server: its rows, or the reason why there are none. */
export type Answer =
  | {
      readonly database: string;
      readonly rows: readonly unknown[];
      readonly triggers?: readonly EventTrigger[];
    }
  | { readonly database: string; readonly unreadable: string };

/** The other databases of the server that inspectors must know about, in order. */
export function databasesElsewhere(rows: LiveRows, live: Live): string[] {
  const named = inspectors.flatMap(
    ({ name, elsewhere }) => elsewhere?.databases(rows.get(name) ?? [], live) ?? [],
  );
  return distinct(named);
}

/** The rows of the policy's database, followed by the rows of the other databases. */
export function withElsewhere(rows: LiveRows, answers: readonly Answer[]): LiveRows {
  const others = answers.map(rowsOfAnswer);
  return new Map(
    [...rows].map(([name, own]) => [
      name,
      [...own, ...others.flatMap((each) => each.get(name) ?? [])],
    ]),
  );
}

function rowsOfAnswer(answer: Answer): LiveRows {
  if ('rows' in answer) return decodeRows(answer.rows);
  const { database, unreadable } = answer;
  return new Map(
    inspectors.flatMap(({ name, elsewhere }) =>
      elsewhere === undefined ? [] : [[name, [elsewhere.unreadable(database, unreadable)]]],
    ),
  );
}
