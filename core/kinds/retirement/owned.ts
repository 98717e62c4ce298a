import { z } from 'zod';
import { codeSources, isOwn } from '../../acl.ts';
import { type TypeCatalog, classOf, isInSchemas } from '../grant/catalogs.ts';
import type { BelongingSql } from '../grant/object-catalog.ts';

/** The properties of a retired role's object that ownership rules need. Null for objects that no rule can cover. */
export const belonging = z
  .object({
    /** Type as the manifest spells it, e.g. `materialized_view`. */
    type: z.string(),
    schema: z.string().nullable(),
    /** Null if no rule names it. */
    name: z.string().nullable(),
    names: z.array(z.string()).nullable(),
    subtype: z.string().nullable(),
    follows: z.object({ type: z.string(), name: z.string().nullable() }).nullable(),
    /** Whether the policy names one of its columns. */
    columns: z.boolean(),
    /** Whether it runs code with its owner's rights. */
    code: z.boolean(),
    /** Roles that could still make it run code. */
    sources: codeSources.nullish(),
  })
  .nullable();

export type Belonging = z.infer<typeof belonging>;

/** SELECT of `classid`, `objid` and `belonging` for what role `r` owns, in this database or shared by all. */
export const belongings = (catalogs: readonly TypeCatalog[]): string => `
        SELECT b.classid, b.objid,
               jsonb_build_object('type', b.type, 'schema', b.schema, 'name', b.name, 'names', b.names,
                                  'subtype', b.subtype, 'follows', b.follows, 'columns', b.columns, 'code', b.code, 'sources', b.sources) AS belonging
          FROM (${catalogs.filter(hasOwners).map(ownedIn).join('\n                 UNION ALL')}) b`;

/** Parts have the owner of their whole. */
function hasOwners({ owner, part }: TypeCatalog): boolean {
  return owner !== undefined && part === undefined;
}

/** Objects of a catalog that role `r` owns. The object's row is `x`. */
function ownedIn(catalog: TypeCatalog): string {
  const columns = catalog.belonging ?? belongingOf(catalog);
  const { type = `'${catalog.type}'`, schema = 'NULL', name, names = 'NULL::jsonb' } = columns;
  const { subtype = type, follows = 'NULL::jsonb', columns: named = 'false' } = columns;
  const { code = 'false', sources = 'NULL::jsonb', rest } = columns;
  return `
                SELECT d.classid, d.objid, ${type} AS type, ${schema} AS schema, ${name} AS name, ${names} AS names,
                       ${subtype} AS subtype, ${follows} AS follows, ${named} AS columns,
                       ${code} AS code, ${sources} AS sources
                  FROM pg_catalog.pg_shdepend d
                  JOIN pg_catalog.${catalog.relation} x ON x.oid = d.objid
                  ${rest.trimStart()}
                   AND d.classid = ${classOf(catalog)} AND d.deptype = 'o' AND d.dbid IN (0, c.oid)
                   AND d.refclassid = 'pg_catalog.pg_authid'::regclass AND d.refobjid = r.oid`;
}

/** In a schema, rules name an object or mean it by a wildcard. Objects outside schemas are always named. */
function belongingOf(catalog: TypeCatalog): BelongingSql {
  const { type, relation, name } = catalog;
  if (!isInSchemas(catalog)) return { name: `x.${name}::text`, rest: 'WHERE true' };
  const rest = `
                  JOIN scope_schema s ON s.oid = x.${catalog.schema}
                  LEFT JOIN scope_object o ON o.schema = s.name AND o.name = x.${name} AND o.type = '${type}'
                 WHERE (o.name IS NOT NULL OR ${isOwn(relation, 'x.oid')})`;
  return { schema: 's.name', name: 'o.name', rest };
}
