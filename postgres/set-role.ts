import pg from 'pg';
import { quoteIdentifier } from '../core/sql.ts';
import { Refusal } from '../core/refusal.ts';

/** What to throw when the server does not let a session begin as that role. Other errors stay as they are. */
export function refuseRole(role: string | undefined): (error: unknown) => never {
  return (error) => {
    if (role !== undefined && error instanceof pg.DatabaseError) {
      if (error.code === notPermitted) throw notAMember(quoteIdentifier(role));
      if (error.code === unknownRole) throw missing(quoteIdentifier(role));
    }
    throw error;
  };
}

/** SQLSTATEs of SET ROLE. Source: check_role() in variable.c. */
const notPermitted = '42501';
const unknownRole = '22023';

function notAMember(role: string): Refusal {
  return new Refusal(
    'InsufficientPrivileges',
    `the login of the connection may not become role ${role}, which setRole names`,
    `GRANT ${role} TO the login, from PostgreSQL 16 on WITH SET TRUE.`,
  );
}

function missing(role: string): Refusal {
  return new Refusal(
    'MissingDatabaseObject',
    `role ${role}, which setRole names, does not exist on the server`,
    'Create it, or correct setRole.',
  );
}
