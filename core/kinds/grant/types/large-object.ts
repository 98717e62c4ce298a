import { roleName } from '../../../catalog/role-name.ts';
import { aclJson, groupKey } from '../../../acl.ts';
import { dependentObjects } from '../../../catalog/dependencies.ts';
import { grantKind } from '../object-grant.ts';

const keyOf = groupKey("'large_object'", 'NULL', 'm.lomowner', 'm.lomacl');

/** The OID in the text of a rule, or null if it is no number. */
const oidOf = (name: string): string => `
             CASE WHEN ${name} ~ '^[1-9][0-9]{0,8}$' THEN ${name}::oid
                  WHEN ${name} ~ '^[1-9][0-9]{9}$' AND ${name} <= '4294967295' COLLATE "C" THEN ${name}::oid END`;

/** Large objects that rules name and, where the policy covers the database, those with an entry of a role in scope. */
const meant = `(
      SELECT k.oid, pg_catalog.min(k.name) AS name
        FROM (SELECT ${oidOf('o.name')} AS oid, o.name
                FROM scope_object o
               WHERE o.type = 'large_object'
               UNION ALL
              SELECT d.objid, NULL
                FROM (${dependentObjects('pg_largeobject')}) d
               WHERE (SELECT c.is_database FROM scope_coverage c)) k
       GROUP BY k.oid) k
      JOIN pg_catalog.pg_largeobject_metadata m ON m.oid = k.oid`;

/** A large object's name is its OID, written as PostgreSQL prints it. */
export const largeObjectGrant = grantKind({
  type: 'large_object',
  keyword: 'LARGE OBJECT',
  plural: 'large objects',
  ownerKeyword: 'LARGE OBJECT',
  outsideSchemas: true,
  privileges: ['SELECT', 'UPDATE'],
  defaults: { keyword: 'LARGE OBJECTS', letter: 'L', since: 18 },
  catalog: {
    relation: 'pg_largeobject_metadata',
    dependsAs: 'pg_largeobject',
    name: 'oid',
    owner: 'lomowner',
    acl: 'lomacl',
    covered: 'own objects',
    holdsData: () => 'true',
  },
  inspect: {
    concerns: ({ database, types }) => database || types.includes('large_object'),
    sql: () => `
    SELECT json_build_object(
             'kind', 'large_object_grant', 'schema', NULL, 'name', m.name, 'sql', m.name,
             'group', CASE WHEN m.name IS NULL THEN ${keyOf} END,
             'owner', ${roleName('m.lomowner')}, 'count', m.count,
             'acl', ${aclJson('m.lomacl', 'm.lomowner', "'L'")})
      FROM (SELECT CASE WHEN k.name IS NOT NULL THEN m.oid::text END AS name, m.lomowner, m.lomacl, count(*) AS count
              FROM ${meant}
             GROUP BY 1, 2, 3) m`,
    members: () => `
    SELECT ${keyOf} AS group_key, m.oid::text AS name
      FROM ${meant}
     WHERE k.name IS NULL AND ${keyOf} IN (SELECT w.group_key FROM wanted_group w)`,
  },
});
