import { z } from 'zod';
import { codeSources, isOwn } from '../../acl.ts';
import { namedRoutines, routineType } from '../grant/types/function.ts';
import { routineRunsAsOwner } from '../code/owner-code.ts';
import { relationType } from '../code/code-marks.ts';

/** What ownership rules see of an object that a retired role owns. Null of objects they cannot mean. */
export const belonging = z
  .object({
    /** Type as the manifest spells it, e.g. `materialized_view`. */
    type: z.string(),
    schema: z.string().nullable(),
    /** Null where no rule has it. */
    name: z.string().nullable(),
    names: z.array(z.string()).nullable(),
    subtype: z.string().nullable(),
    follows: z.object({ type: z.string(), name: z.string().nullable() }).nullable(),
    /** Whether the policy names one of its columns. */
    columns: z.boolean(),
    /** Whether it runs code with its owner's rights. */
    code: z.boolean(),
    /** Who else could still make it do so. */
    sources: codeSources.nullish(),
  })
  .nullable();

export type Belonging = z.infer<typeof belonging>;

/** SELECT of `classid`, `objid` and `belonging` for what role `r` owns, here or shared by all databases. */
export const belongings = (): string => `
        SELECT b.classid, b.objid,
               jsonb_build_object('type', b.type, 'schema', b.schema, 'name', b.name, 'names', b.names,
                                  'subtype', b.subtype, 'follows', b.follows, 'columns', b.columns, 'code', b.code, 'sources', b.sources) AS belonging
          FROM (${[relations(), routines(), types(), schemas(), ...outsideSchemas()].join('\n                 UNION ALL')}) b`;

interface Columns {
  readonly type: string;
  readonly schema?: string;
  readonly name: string;
  readonly names?: string;
  readonly subtype?: string;
  readonly follows?: string;
  readonly columns?: string;
  readonly code?: string;
  readonly sources?: string;
}

/** Objects of a catalog, its row being `x`, that role `r` owns. */
function ownedIn(catalog: string, columns: Columns, rest: string): string {
  const { type, schema = 'NULL', name, names = 'NULL::jsonb', subtype = type } = columns;
  const { follows = 'NULL::jsonb', columns: named = 'false' } = columns;
  const { code = 'false', sources = 'NULL::jsonb' } = columns;
  return `
                SELECT d.classid, d.objid, ${type} AS type, ${schema} AS schema, ${name} AS name, ${names} AS names,
                       ${subtype} AS subtype, ${follows} AS follows, ${named} AS columns,
                       ${code} AS code, ${sources} AS sources
                  FROM pg_catalog.pg_shdepend d
                  JOIN pg_catalog.${catalog} x ON x.oid = d.objid
                  ${rest.trimStart()}
                   AND d.classid = 'pg_catalog.${catalog}'::regclass AND d.deptype = 'o' AND d.dbid IN (0, c.oid)
                   AND d.refclassid = 'pg_catalog.pg_authid'::regclass AND d.refobjid = r.oid`;
}

const inSchema = (schema: string): string => `
                  JOIN scope_schema s ON s.oid = x.${schema}`;

/** Members of extensions are a wildcard's to leave alone. */
const isMeant = (catalog: string, name = 'o.name'): string =>
  `(${name} IS NOT NULL OR ${isOwn(catalog, 'x.oid')})`;

/** A rule names a column `"table"."column"`. */
const hasNamedColumns = `
                       EXISTS (SELECT FROM scope_object n
                                WHERE n.type = 'column' AND n.schema = s.name
                                  AND pg_catalog.starts_with(n.name, '"' || pg_catalog.replace(x.relname, '"', '""') || '".'))`;

/** A column's sequence has its table's owner. */
function relations(): string {
  const rest = `${inSchema('relnamespace')}
                  LEFT JOIN scope_object o ON o.schema = s.name AND o.name = x.relname AND o.type = ${relationType('x')}
                  LEFT JOIN (
                    SELECT p.objid, jsonb_build_object('type', ${relationType('t')}, 'name', n.name) AS whole,
                           t.oid AS table_oid
                      FROM pg_catalog.pg_depend p
                      JOIN pg_catalog.pg_class t ON t.oid = p.refobjid
                      JOIN scope_schema w ON w.oid = t.relnamespace
                      LEFT JOIN scope_object n ON n.schema = w.name AND n.name = t.relname AND n.type = ${relationType('t')}
                     WHERE p.classid = 'pg_catalog.pg_class'::regclass AND p.refclassid = 'pg_catalog.pg_class'::regclass
                       AND p.refobjsubid <> 0 AND p.deptype IN ('a', 'i')) f ON f.objid = x.oid AND x.relkind = 'S'
                  LEFT JOIN scope_code h ON h.oid = COALESCE(f.table_oid, x.oid)
                 WHERE ${isMeant('pg_class')}`;
  const type = relationType('x');
  const found = { code: 'COALESCE(h.code, false)', sources: 'h.sources' };
  const columns = {
    type,
    schema: 's.name',
    name: 'o.name',
    follows: 'f.whole',
    columns: hasNamedColumns,
    ...found,
  };
  return ownedIn('pg_class', columns, rest);
}

function routines(): string {
  const rest = `${inSchema('pronamespace')}
                  LEFT JOIN (${namedRoutines}) o ON o.oid = x.oid
                 WHERE ${isMeant('pg_proc', 'o.oid')}`;
  const columns = {
    schema: 's.name',
    name: 'NULL',
    names: 'o.names',
    code: routineRunsAsOwner('x'),
  };
  return ownedIn('pg_proc', { ...columns, type: "'function'", subtype: routineType('x') }, rest);
}

/** Rules that speak of a range mean its multirange too. */
function types(): string {
  const rest = `
                  LEFT JOIN pg_catalog.pg_range g ON g.rngmultitypid = x.oid
                  JOIN pg_catalog.pg_type y ON y.oid = COALESCE(g.rngtypid, x.oid)
                  JOIN scope_schema s ON s.oid = y.typnamespace
                  LEFT JOIN (SELECT DISTINCT n.schema, n.name FROM scope_object n WHERE n.type IN ('type', 'domain')) o
                    ON o.schema = s.name AND o.name = y.typname
                 WHERE ${isMeant('pg_type')}`;
  const subtype = "CASE x.typtype WHEN 'd' THEN 'domain' ELSE 'type' END";
  return ownedIn('pg_type', { type: "'type'", schema: 's.name', name: 'o.name', subtype }, rest);
}

function schemas(): string {
  return ownedIn('pg_namespace', { type: "'schema'", name: 'x.nspname::text' }, 'WHERE true');
}

/** They are always named: a large object by its OID. */
function outsideSchemas(): string[] {
  const catalogs = [
    ['database', 'pg_database', 'x.datname'],
    ['tablespace', 'pg_tablespace', 'x.spcname'],
    ['language', 'pg_language', 'x.lanname'],
    ['foreign_data_wrapper', 'pg_foreign_data_wrapper', 'x.fdwname'],
    ['foreign_server', 'pg_foreign_server', 'x.srvname'],
  ] as const;
  const largeObject = `
                SELECT d.classid, d.objid, 'large_object', NULL, d.objid::text, NULL::jsonb, 'large_object', NULL::jsonb, false, false, NULL::jsonb
                  FROM pg_catalog.pg_shdepend d
                 WHERE d.classid = 'pg_catalog.pg_largeobject'::regclass AND d.deptype = 'o' AND d.dbid = c.oid
                   AND d.refclassid = 'pg_catalog.pg_authid'::regclass AND d.refobjid = r.oid`;
  return [
    ...catalogs.map(([type, catalog, name]) =>
      ownedIn(catalog, { type: `'${type}'`, name: `${name}::text` }, 'WHERE true'),
    ),
    largeObject,
  ];
}
