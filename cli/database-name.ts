import type { PolicyView } from '../workflows/messages.ts';

/** The database name in `<server>/<database>`; empty while it is unknown. */
export function databaseName({ database = '' }: PolicyView): string {
  return database.slice(database.indexOf('/') + 1);
}
