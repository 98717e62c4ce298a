import { readColumnName } from '../../../column-name.ts';
import { firstOrdinaryOid } from '../../../catalog/first-ordinary-oid.ts';
import { roleName } from '../../../catalog/role-name.ts';
import { type AclEntry, type ObjectGroup, aclJson, isOwn } from '../../../acl.ts';
import type { GrantSpec } from '../../../graph.ts';
import type { Live } from '../../../live.ts';
import { rulesByTarget } from '../rule-target.ts';
import { oncePer } from '../../../once-per.ts';
import { renderColumnGrants } from './column-sql.ts';
import { lostOptions, stuckGrants } from './column-lost-option.ts';
import { columnRelations, withoutWiped } from './column-wipe.ts';
import type { GrantFact } from '../fact.ts';
import { desiredGrants } from '../grant-rules.ts';
import { type GrantKind, grantKind } from '../object-grant.ts';
import { relationCatalog, relationCodeOf, relationGroup } from './relation.ts';
import { hasColumns, relationType } from '../../../catalog/relation-kinds.ts';

const quoted = (name: string): string => `'"' || pg_catalog.replace(${name}, '"', '""') || '"'`;

/** Relations whose columns have their own ACLs. */
const withColumns = hasColumns('c');

/**
 * Columns that rules name, and those on which a role in scope has an entry. pg_shdepend has a row for each of the latter;
 * reading every column would take seconds. It has no rows for PUBLIC and the roles that come with PostgreSQL: their
 * entries are read where absence rules name them.
 */
const candidates = `
      SELECT c.oid, a.attnum
        FROM scope_object o
        JOIN scope_schema s ON s.name = o.schema
        JOIN pg_catalog.pg_class c ON c.relnamespace = s.oid AND c.relname = o.base
        JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attname = o.arguments ->> 0 AND NOT a.attisdropped
       WHERE o.type = 'column' AND ${withColumns}
       UNION
      SELECT c.oid, d.objsubid
        FROM scope_dependency d
        JOIN pg_catalog.pg_class c ON c.oid = d.objid
       WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.deptype = 'a' AND d.objsubid <> 0
         AND ${withColumns} AND ${isOwn('pg_class', 'c.oid')}
       UNION
      SELECT c.oid, a.attnum
        FROM scope_absence o
        JOIN scope_role r ON r.name = o.role AND r.oid < ${String(firstOrdinaryOid)}
        JOIN scope_schema s ON s.name = o.schema
        JOIN pg_catalog.pg_class c ON c.relnamespace = s.oid AND (c.relname = o.name OR o.name = '*')
        JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attacl IS NOT NULL AND NOT a.attisdropped
       WHERE ${withColumns} AND (o.name <> '*' OR ${isOwn('pg_class', 'c.oid')})`;

/** Why a name means no column. */
const nearMiss = `
    SELECT json_build_object(
             'kind', 'column_grant', 'schema', o.schema, 'name', o.name, 'subtype', 'column', 'sql', NULL,
             'group', NULL, 'owner', '', 'count', 0, 'acl', jsonb_build_array(),
             'hint', CASE WHEN c.oid IS NULL THEN 'there is no such table or view'
                          ELSE 'the ' || ${relationType('c')} || ' has no such column' END)
      FROM scope_object o
      JOIN scope_schema s ON s.name = o.schema
      LEFT JOIN pg_catalog.pg_class c ON c.relnamespace = s.oid AND c.relname = o.base AND ${withColumns}
     WHERE o.type = 'column'
       AND NOT EXISTS (SELECT FROM pg_catalog.pg_attribute a
                        WHERE a.attrelid = c.oid AND a.attname = o.arguments ->> 0 AND NOT a.attisdropped)`;

const granting: GrantKind = grantKind({
  type: 'column',
  hidden: true,
  keyword: 'TABLE',
  plural: 'columns',
  privileges: ['SELECT', 'INSERT', 'UPDATE', 'REFERENCES'],
  lookup: (name) => {
    const { relation, column } = readColumnName(name);
    return { base: relation, arguments: [column] };
  },
  readable: (name) => {
    const { relation, column } = readColumnName(name);
    return `${relation}.${column}`;
  },
  settle: (rows, live) => withoutWiped(columnGrant, rows, live),
  keepsOption: keepsOptionOnRelation,
  forbiddenByWhole: absentOnRelation,
  fromWhole: (row, live) =>
    desiredOnRelation(row, live).facts.flatMap(({ id }) => (id.grantee === row.owner ? [] : [id])),
  render: renderColumnGrants,
  catalog: {
    relation: 'pg_attribute',
    name: 'attname',
    acl: 'attacl',
    code: 'pg_class',
    part: { whole: relationCatalog, wholeOid: 'attrelid', number: 'attnum' },
  },
  inspect: {
    sql: () => `
    SELECT json_build_object(
             'kind', 'column_grant', 'schema', s.name, 'name', ${quoted('c.relname')} || '.' || ${quoted('a.attname')},
             'sql', pg_catalog.format('%I.%I', s.name, c.relname), 'column', ${quoted('a.attname')}, 'group', NULL,
             'owner', ${roleName('c.relowner')}, 'count', 1, 'code', COALESCE(h.code, false), 'sources', h.sources,
             'acl', ${aclJson('a.attacl', 'c.relowner', "'c'", 's.name')},
             'lost', ${lostOptions},
             'relation', jsonb_build_object('type', ${relationType('c')}, 'name', c.relname,
                                            'groupKey', ${relationGroup('s.name', 'c')},
                                            'acl', ${aclJson('c.relacl', 'c.relowner', "'r'")}))
      FROM (${candidates}) k
      JOIN pg_catalog.pg_class c ON c.oid = k.oid
      JOIN pg_catalog.pg_attribute a ON a.attrelid = k.oid AND a.attnum = k.attnum
      JOIN scope_schema s ON s.oid = c.relnamespace
      LEFT JOIN ${relationCodeOf('c.oid')}
     UNION ALL${nearMiss}`,
  },
});

export const columnGrant: GrantKind = {
  ...granting,
  findings: (rows, live) => [
    ...(granting.findings?.(rows, live) ?? []),
    ...stuckGrants(granting, rows, live),
  ],
};

/** A role that can grant a privilege on a relation can grant it on the columns. */
function keepsOptionOnRelation(
  { grantor, privilege }: AclEntry,
  row: ObjectGroup,
  live: Live,
): boolean {
  return desiredOnRelation(row, live).options.has(`${grantor}\0${privilege}`);
}

/** Absence rules for a relation are also about its columns. */
function absentOnRelation(row: ObjectGroup, { graph, mode }: Live): readonly GrantSpec[] {
  const { relation } = row;
  // A deleted policy revokes what it granted on a table, and not what others granted on its columns.
  if (mode === 'revoke') return [];
  const kind = columnRelations.find(({ grantable }) => grantable.type === relation?.type);
  if (kind === undefined || !relation) return [];
  const whole = { ...row, name: relation.name, names: null, subtype: null };
  return rulesByTarget(kind.grantable, graph.grants, 'absent')(whole);
}

/** The grants that rules want on a relation, and the grant options among them. */
interface WantedOnRelation {
  readonly facts: readonly GrantFact[];
  readonly options: ReadonlySet<string>;
}

/** Kept by relation, because a relation has a row for each column. */
const relationsOf = oncePer((): Map<string, WantedOnRelation> => new Map());

function desiredOnRelation(row: ObjectGroup, live: Live): WantedOnRelation {
  const { relation, schema, owner } = row;
  const key = JSON.stringify([schema, owner, relation]);
  const known = relationsOf(live);
  const wanted = known.get(key) ?? wantedOnRelation(row, live);
  known.set(key, wanted);
  return wanted;
}

function wantedOnRelation({ relation, ...row }: ObjectGroup, live: Live): WantedOnRelation {
  const kind = columnRelations.find(({ grantable }) => grantable.type === relation?.type);
  if (kind === undefined || !relation) return { facts: [], options: new Set() };
  const facts = [...desiredGrants(kind.grantable, [{ ...row, ...relation }], live)];
  const options = facts.filter(({ state }) => state.grantable);
  return {
    facts,
    options: new Set(options.map(({ id }) => `${id.grantee}\0${id.privilege}`)),
  };
}
