import pg from 'pg';
import { quoteIdentifier } from '../core/sql.ts';
import { Refusal } from '../core/refusal.ts';

/** Converts the errors of SET ROLE. Other errors stay unchanged. */
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
    `the login role of the connection may not become role ${role}, which setRole names`,
    `Run GRANT ${role} TO the login role, from PostgreSQL 16 on WITH SET TRUE.`,
  );
}

function missing(role: string): Refusal {
  return new Refusal(
    'MissingDatabaseObject',
    `role ${role}, which setRole names, does not exist on the server`,
    'Create the role, or correct setRole.',
  );
}
