/**
 * SQL for the name of a role in the snapshot of the statement. `pg_get_userbyid()` reads the current name instead, and
 * invents a name for a role that was dropped meanwhile. It is used only if the role does not exist, which is possible
 * for the grantor of a membership before PostgreSQL 16.
 */
export const roleName = (oid: string): string =>
  `COALESCE((SELECT named_role.rolname FROM pg_catalog.pg_roles named_role WHERE named_role.oid = ${oid}), pg_catalog.pg_get_userbyid(${oid}))`;
