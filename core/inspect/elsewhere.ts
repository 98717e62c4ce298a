import { distinct } from '../distinct.ts';
import type { EventTrigger } from './event-triggers.ts';
import { decodeRows } from './live-rows.ts';
import type { LiveRows, Live } from '../live.ts';
import { kinds } from '../registry.ts';

/** What another database of the server answered: its rows, or why there are none. */
export type Answer =
  | {
      readonly database: string;
      readonly rows: readonly unknown[];
      readonly triggers?: readonly EventTrigger[];
    }
  | { readonly database: string; readonly unreadable: string };

/** The other databases of the server that kinds must know of, in order. */
export function databasesElsewhere(rows: LiveRows, live: Live): string[] {
  const named = kinds.flatMap(
    ({ name, elsewhere }) => elsewhere?.databases(rows.get(name) ?? [], live) ?? [],
  );
  return distinct(named);
}

/** The rows of the policy's database with those of the others behind them. */
export function withElsewhere(rows: LiveRows, answers: readonly Answer[]): LiveRows {
  const others = answers.map(rowsOfAnswer);
  return new Map(
    [...rows].map(([kind, own]) => [
      kind,
      [...own, ...others.flatMap((each) => each.get(kind) ?? [])],
    ]),
  );
}

function rowsOfAnswer(answer: Answer): LiveRows {
  if ('rows' in answer) return decodeRows(answer.rows);
  const { database, unreadable } = answer;
  return new Map(
    kinds.flatMap(({ name, elsewhere }) =>
      elsewhere === undefined ? [] : [[name, [elsewhere.unreadable(database, unreadable)]]],
    ),
  );
}
