import { roleName } from '../../catalog/role-name.ts';
import { grouped } from '../../grouped.ts';
import type { CatalogQuery } from '../../catalog/catalog-query.ts';
import type { Edit } from '../../fact.ts';
import type { Statement } from '../../statement.ts';
import { everyone, granteeSql } from '../../public.ts';
import { quoteIdentifier } from '../../sql.ts';
import { type DefaultPrivilegeFact, defaultPrivilegeEffect, edgeOf, objectsOf } from './fact.ts';
import { renderedOp } from '../grant/fact.ts';
import { defaultType } from '../grant/types/all.ts';

/**
 * A global row of an owner in scope is read even if no grantee in it is in scope, because it replaces the built-in
 * default. Outside the schemas in scope, only rows that would prevent DROP ROLE of a retired role are read. Source:
 * PostgreSQL manual, pg_default_acl.
 */
export const defaultPrivilegeQuery: CatalogQuery = {
  sql: () => `
    SELECT json_build_object(
             'kind', 'default_privilege', 'owner', ${roleName('d.defaclrole')}, 'schema', n.nspname,
             'letter', d.defaclobjtype, 'acl', COALESCE(e.acl, '[]'))
      FROM pg_catalog.pg_default_acl d
      LEFT JOIN pg_catalog.pg_namespace n ON n.oid = d.defaclnamespace
     CROSS JOIN LATERAL (
           SELECT json_agg(json_build_array(g.name, a.privilege_type, a.is_grantable)
                            ORDER BY g.name, a.privilege_type) AS acl
             FROM pg_catalog.aclexplode(d.defaclacl) a
            CROSS JOIN LATERAL (
                  SELECT CASE a.grantee WHEN 0 THEN '${everyone}' ELSE ${roleName('a.grantee')}::text END) g (name)
            WHERE ${roleName('d.defaclrole')}::text IN (SELECT t.name FROM scope_retired t)
               OR a.grantee <> d.defaclrole AND a.grantee IN (SELECT r.oid FROM scope_role r)
                  AND (d.defaclnamespace = 0
                       OR d.defaclnamespace IN (SELECT s.oid FROM scope_schema s)
                       OR g.name IN (SELECT t.name FROM scope_retired t))) e
     WHERE e.acl IS NOT NULL
        OR d.defaclnamespace = 0 AND d.defaclrole IN (SELECT r.oid FROM scope_role r)`,
};

/** Renders one statement for the privileges of a grantee that change in the same way. */
export function renderDefaultPrivileges(edits: readonly Edit<DefaultPrivilegeFact>[]): Statement[] {
  const edges = grouped(edits, (edit) =>
    [edgeOf(edit.fact), renderedOp(edit), String(edit.fact.state.grantable)].join('\0'),
  );
  return [...edges.values()].flatMap((edge) => {
    const [edit] = edge;
    if (edit === undefined) return [];
    if (edit.fact.cleared !== undefined) return renderCleared(edit.fact, edit.fact.cleared);
    const privileges = edge.map(({ fact }) => fact.id.privilege).sort();
    return [renderEdge(edit, privileges.join(', '))];
  });
}

/**
 * Afterwards a schema has no default privileges of the owner, and the global ones equal the built-in default.
 * PostgreSQL then deletes the row.
 */
function renderCleared({ id }: DefaultPrivilegeFact, grantees: readonly string[]): Statement[] {
  const { defaults, everyone: privileges = [] } = defaultType(id.onType);
  const { keyword } = defaults;
  const restored =
    id.schema === undefined
      ? [
          `GRANT ALL ON ${keyword} TO ${quoteIdentifier(id.owner)}`,
          ...privileges.map((privilege) => `GRANT ${privilege} ON ${keyword} TO PUBLIC`),
        ]
      : [];
  const revoked = `REVOKE ALL ON ${keyword} FROM ${grantees.map(granteeSql).join(', ')}`;
  return [revoked, ...restored].map((action) => ({
    text: `${headOf(id)} ${action}`,
    why: `role ${id.owner} is retired, so its default privileges on ${objectsOf(id)} are cleared`,
    risk: 'none',
    rights: [id.owner],
    affects: [id.owner],
  }));
}

function headOf({ owner, schema }: DefaultPrivilegeFact['id']): string {
  const where = schema === undefined ? '' : ` IN SCHEMA ${quoteIdentifier(schema)}`;
  return `ALTER DEFAULT PRIVILEGES FOR ROLE ${quoteIdentifier(owner)}${where}`;
}

function renderEdge(edit: Edit<DefaultPrivilegeFact>, privileges: string): Statement {
  const { id, state } = edit.fact;
  const head = headOf(id);
  const { keyword } = defaultType(id.onType).defaults;
  const grantee = granteeSql(id.grantee);
  if (defaultPrivilegeEffect(edit) === 'adds') {
    const option = state.grantable ? ' WITH GRANT OPTION' : '';
    return {
      text: `${head} GRANT ${privileges} ON ${keyword} TO ${grantee}${option}`,
      why: `${id.grantee} lacks ${privileges} on ${objectsOf(id)}`,
      risk: 'none',
      affects: [id.grantee],
      rights: [id.owner],
    };
  }
  const option = edit.op === 'alter' ? 'GRANT OPTION FOR ' : '';
  return {
    text: `${head} REVOKE ${option}${privileges} ON ${keyword} FROM ${grantee}`,
    why: `${id.grantee} has undeclared ${privileges} on ${objectsOf(id)}`,
    risk: 'loses access',
    affects: [id.grantee],
    rights: [id.owner],
  };
}
