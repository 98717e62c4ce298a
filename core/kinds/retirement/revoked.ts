import { isOwn } from '../../acl.ts';
import type { PgMajor } from '../../live.ts';

/** Objects of a catalog that are in a schema in scope, those of extensions excepted: kinds read their grants. */
const inScope = (catalog: string, schema: string): string => `
                              d.classid = 'pg_catalog.${catalog}'::regclass AND ${isOwn(catalog, 'd.objid')} AND EXISTS (
                                SELECT FROM pg_catalog.${catalog} x JOIN scope_schema s ON s.oid = x.${schema} WHERE x.oid = d.objid)`;

/** Objects that are in no schema, where rules name them. */
const named = (type: string, catalog: string, name: string): string => `
                              d.classid = 'pg_catalog.${catalog}'::regclass AND EXISTS (
                                SELECT FROM pg_catalog.${catalog} x JOIN scope_object o ON o.type = '${type}' AND COALESCE(o.base, o.name) = x.${name}::text
                                 WHERE x.oid = d.objid)`;

/** Whether the privilege of dependency `d` is one that kinds read, so that the same plan revokes it. */
export const isRevoked = (pg: PgMajor): string =>
  [
    inScope('pg_class', 'relnamespace'),
    inScope('pg_proc', 'pronamespace'),
    inScope('pg_type', 'typnamespace'),
    inScope('pg_namespace', 'oid'),
    `
                              d.classid = 'pg_catalog.pg_default_acl'::regclass`,
    named('database', 'pg_database', 'datname'),
    named('tablespace', 'pg_tablespace', 'spcname'),
    named('language', 'pg_language', 'lanname'),
    named('foreign_data_wrapper', 'pg_foreign_data_wrapper', 'fdwname'),
    named('foreign_server', 'pg_foreign_server', 'srvname'),
    `
                              d.classid = 'pg_catalog.pg_largeobject'::regclass AND d.objid::text IN (SELECT o.name FROM scope_object o WHERE o.type = 'large_object')`,
    ...(pg >= 15 ? [named('parameter', 'pg_parameter_acl', 'parname')] : []),
  ].join(`
                           OR`);
