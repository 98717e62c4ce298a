/**
 * SQL for the name of a role as the rows have it that the statement sees. `pg_get_userbyid()` looks it up as it is at that
 * moment, and makes up a name for a role that was dropped meanwhile. It is asked only where a catalog names a role that
 * is not there, as before PostgreSQL 16 the grantor of a membership can be.
 */
export const roleName = (oid: string): string =>
  `COALESCE((SELECT named_role.rolname FROM pg_catalog.pg_roles named_role WHERE named_role.oid = ${oid}), pg_catalog.pg_get_userbyid(${oid}))`;
