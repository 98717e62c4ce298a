import type { Database } from './pool.ts';
import type { Session } from './session.ts';

/** The login role and the database as the server reports them. */
export type SessionNames = Pick<Session, 'login' | 'database'>;

/**
 * Wraps a database so that nothing runs on a session whose names the check refuses by throwing. A pooler may map a
 * database or user name to another one, so a check of the names in the connection is not enough.
 */
export function withNameCheck(database: Database, check: (names: SessionNames) => void): Database {
  return {
    ...database,
    use: (work, options) =>
      database.use((session) => {
        check(session);
        return work(session);
      }, options),
    // Which other databases are used is decided elsewhere; this checks only the login role.
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
