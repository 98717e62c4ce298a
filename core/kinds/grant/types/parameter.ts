import { aclJson } from '../../../acl.ts';
import { grantKind } from '../object-grant.ts';

/** Each part of a name like `plan_filter.limit` is an identifier. */
const sqlName = `
             (SELECT pg_catalog.string_agg(pg_catalog.quote_ident(t.part), '.' ORDER BY t.place)
                FROM pg_catalog.string_to_table(p.name, '.') WITH ORDINALITY AS t (part, place))`;

/** Only members of pg_read_all_settings see every parameter. Without that, pgwarden accepts each name. */
const isKnown = `
        p.paracl IS NOT NULL
           OR NOT pg_catalog.pg_has_role('pg_read_all_settings', 'USAGE')
           OR pg_catalog.strpos(p.name, '.') > 0
           OR EXISTS (SELECT FROM pg_catalog.pg_settings g WHERE pg_catalog.lower(g.name) = p.name)`;

/** Configuration parameters, whose names ignore case. A parameter without grants has no row in the catalog. */
export const parameterGrant = grantKind({
  type: 'parameter',
  keyword: 'PARAMETER',
  plural: 'parameters',
  outsideSchemas: true,
  since: 15,
  privileges: ['SET', 'ALTER SYSTEM'],
  lookup: (name) => ({ base: lowerCase(name), arguments: undefined }),
  catalog: { relation: 'pg_parameter_acl', name: 'parname', acl: 'paracl' },
  inspect: {
    concerns: ({ types }) => types.includes('parameter'),
    sql: (pg) =>
      pg < 15
        ? ' SELECT NULL::json WHERE false'
        : `
    SELECT json_build_object(
             'kind', 'parameter_grant', 'schema', NULL, 'name', p.name, 'names', p.names, 'sql', ${sqlName},
             'group', NULL, 'owner', pg_catalog.pg_get_userbyid(10), 'count', 1,
             'acl', ${aclJson('p.paracl', '10::oid', "'p'")})
      FROM (SELECT n.name, n.names, c.paracl
              FROM (SELECT o.base AS name, jsonb_agg('parameter ' || o.name ORDER BY o.name) AS names
                      FROM scope_object o
                     WHERE o.type = 'parameter'
                     GROUP BY 1) n
              LEFT JOIN pg_catalog.pg_parameter_acl c ON c.parname = n.name) p
     WHERE ${isKnown}`,
  },
});

/** Changes the letters from A to Z only, as PostgreSQL does when it compares names of parameters. */
function lowerCase(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase());
}
