import type { PolicyView } from '../workflows/messages.ts';

/** The name in `<server>/<database>`; empty while it is not known. */
export function databaseName({ database = '' }: PolicyView): string {
  return database.slice(database.indexOf('/') + 1);
}
