import { saslprep } from '@mongodb-js/saslprep';

/**
 * A password as PostgreSQL and libpq hash it: SASLprep, and the text itself where SASLprep refuses it.
 * Source: RFC 4013; pg_saslprep() in saslprep.c.
 */
export function preparedPassword(password: string): string {
  try {
    return saslprep(password);
  } catch {
    return password;
  }
}
