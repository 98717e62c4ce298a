import { aclJson } from '../acl.ts';
import { grantKind } from './object-grant.ts';

/** Databases that the manifest names. Grants on others are not this policy's to judge. */
export const databaseGrant = grantKind({
  type: 'database',
  keyword: 'DATABASE',
  plural: 'databases',
  outsideSchemas: true,
  privileges: ['CREATE', 'CONNECT', 'TEMPORARY'],
  inspect: {
    sql: () => `
    SELECT jsonb_build_object(
             'kind', 'database_grant', 'schema', NULL, 'name', d.datname, 'sql', pg_catalog.quote_ident(d.datname),
             'group', NULL, 'owner', pg_catalog.pg_get_userbyid(d.datdba), 'count', 1,
             'acl', ${aclJson('d.datacl', 'd.datdba', 'd')})
      FROM pg_catalog.pg_database d
      JOIN scope_object o ON o.type = 'database' AND o.name = d.datname`,
  },
});
