import { roleName } from '../../../catalog/role-name.ts';
import {
  type AclEntry,
  type ObjectGroup,
  entryOrder,
  granteeName,
  isConcerned,
  isNamable,
  isOwn,
} from '../../../acl.ts';
import type { Live } from '../../../live.ts';
import { quoteIdentifier } from '../../../sql.ts';
import type { GrantRequest } from '../grantable-type.ts';
import { grantKind } from '../object-grant.ts';
import { withOwner } from '../declared-owner.ts';

const ownerPrivileges = ['CREATE', 'USAGE'];

/** What new schemas of an owner grant, as a row without a name, if default privileges change that. */
const byDefault = `
    SELECT json_build_object(
             'kind', 'schema_grant', 'schema', NULL, 'name', NULL, 'sql', NULL, 'group', NULL,
             'owner', ${roleName('d.defaclrole')}, 'count', 0,
             'acl', COALESCE((
               SELECT json_agg(json_build_array(${granteeName}, ${roleName('a.grantor')},
                                                  a.privilege_type, a.is_grantable)
                                ORDER BY ${granteeName}, a.privilege_type)
                 FROM pg_catalog.aclexplode(d.defaclacl) a
                WHERE a.grantee = d.defaclrole OR ${isConcerned('d.defaclrole')}), '[]'))
      FROM pg_catalog.pg_default_acl d
     WHERE d.defaclobjtype = 'n' AND d.defaclnamespace = 0
       AND (d.defaclrole IN (SELECT r.oid FROM scope_role r) OR ${roleName('d.defaclrole')} = CURRENT_USER)`;

/** Unlike for other types, the owner's entries are read too: a declared owner gets lost privileges of its own back. */
export const schemaGrant = grantKind({
  type: 'schema',
  isWay: true,
  keyword: 'SCHEMA',
  plural: 'schemas',
  isSchema: true,
  privileges: ownerPrivileges,
  defaults: { keyword: 'SCHEMAS', letter: 'n' },
  needs: ({ id }) => [{ kind: 'schema', key: id.object }],
  settle: settleSchemas,
  besides: ownerRepairs,
  catalog: { relation: 'pg_namespace', name: 'nspname', owner: 'nspowner', acl: 'nspacl' },
  inspect: {
    sql: () => `
    SELECT json_build_object(
             'kind', 'schema_grant', 'schema', NULL, 'name', s.name, 'sql', pg_catalog.quote_ident(s.name),
             'group', NULL, 'owner', ${roleName('s.nspowner')}, 'count', 1,
             'acl', COALESCE((
               SELECT json_agg(json_build_array(${granteeName}, ${roleName('a.grantor')},
                                                  a.privilege_type, a.is_grantable)
                                ORDER BY ${entryOrder})
                 FROM pg_catalog.aclexplode(COALESCE(s.nspacl, pg_catalog.acldefault('n', s.nspowner))) a
                WHERE a.grantee = s.nspowner AND ${isNamable} OR ${isConcerned('s.nspowner')}), '[]'))
      FROM scope_schema s
     WHERE s.is_named OR ${isOwn('pg_namespace', 's.oid')}
     UNION ALL${byDefault}`,
  },
});

/** Schemas as they are after the plan: missing ones created, owners changed. ALTER SCHEMA OWNER renames the owner in the ACL. */
function settleSchemas(rows: readonly ObjectGroup[], { graph, mode, server }: Live): ObjectGroup[] {
  const declared = new Map(graph.schemas.map(({ name, owner }) => [name, owner]));
  const present = new Set(rows.map(({ name }) => name));
  const created = graph.schemas.filter(({ name }) => !present.has(name));
  const defaults = new Map(
    rows.flatMap(({ name, owner, acl }) => (name === null ? [[owner, acl] as const] : [])),
  );
  const schemas = rows.filter(({ name }) => name !== null);
  return [
    ...schemas.map((row) =>
      mode === 'additive' ? row : withOwner(row, declared.get(row.name ?? '') ?? row.owner),
    ),
    ...created.map(({ name, owner = server.user }) => newSchema(name, owner, defaults.get(owner))),
  ];
}

function newSchema(name: string, owner: string, byDefaults?: ObjectGroup['acl']): ObjectGroup {
  const acl = byDefaults ?? ownerPrivileges.map((privilege) => usual(owner, privilege));
  return { schema: null, name, sql: quoteIdentifier(name), group: null, owner, count: 1, acl };
}

function usual(owner: string, privilege: string): AclEntry {
  return { grantee: owner, grantor: owner, privilege, grantable: false };
}

function ownerRepairs(rows: readonly ObjectGroup[], { graph }: Live): GrantRequest[] {
  const declared = new Map(graph.schemas.map(({ name, owner }) => [name, owner]));
  return rows
    .filter(({ name, owner }) => name !== null && declared.get(name) === owner)
    .map((row) => ({ row, grantee: row.owner, privileges: lackedByOwner(row) }));
}

function lackedByOwner({ owner, acl }: ObjectGroup): string[] {
  return ownerPrivileges.filter(
    (wanted) =>
      !acl.some(
        ({ grantee, grantor, privilege }) =>
          grantee === owner && grantor === owner && privilege === wanted,
      ),
  );
}
