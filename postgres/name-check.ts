import type { Database } from './pool.ts';
import type { Session } from './session.ts';

/** Who is logged in and where, in the words of the server. */
export type SessionNames = Pick<Session, 'login' | 'database'>;

/**
 * The same database, but nothing runs on a session whose names the check refuses by throwing. A pooler may lead a database
 * or user name to another one, so what was allowed for the names of the connection need not be for those of the server.
 */
export function withNameCheck(database: Database, check: (names: SessionNames) => void): Database {
  return {
    ...database,
    use: (work, options) =>
      database.use((session) => {
        check(session);
        return work(session);
      }, options),
    // Which other databases are visited is decided elsewhere: only who visits them is checked.
    elsewhere: (name, work) =>
      database.elsewhere(name, (other) =>
        work(
          withNameCheck(other, ({ login }) => {
            check({ login, database: database.target.database });
          }),
        ),
      ),
  };
}
