import type { PgMajor } from '../../live.ts';
import type { Demand } from '../ownership/owner-demand.ts';

/**
 * SELECT of `demands`: rights required to give the object of dependency `d`, which role `r` owns, to the role that
 * `t.heir` names. `c` is the database. Relations and types need none. Source: shdepReassignOwned() in pg_shdepend.c and
 * the functions it calls, tested on 14 to 18.
 */
export const demandsOf = (pg: PgMajor): string => `
                                           SELECT jsonb_agg(a.demand ORDER BY a.demand) AS demands
                                             FROM (SELECT h.oid, COALESCE(h.rolsuper, false) AS is_super
                                                     FROM (SELECT) z
                                                     LEFT JOIN pg_catalog.pg_roles h ON h.rolname = t.heir) h
                                            CROSS JOIN LATERAL (${parts(pg).join(' UNION ALL')}) a (demand)
                                            WHERE t.heir IS NOT NULL AND d.what = 'owned'`;

const parts = (pg: PgMajor): string[] => [
  ...inSchemas.map(([catalog, schema]) => createOnSchema(catalog, schema)),
  usageOnWrapper,
  ...['pg_event_trigger', 'pg_foreign_data_wrapper', ...(pg < 16 ? ['pg_subscription'] : [])].map(
    (catalog) => superuser('heir', where(catalog), true),
  ),
  superuser('us', where('pg_foreign_data_wrapper')),
  createOnDatabase('heir', where('pg_publication')),
  superuser('heir', `${where('pg_publication')} AND ${givesAll(pg)}`),
  createOnDatabase('us', where('pg_namespace')),
  ...(pg < 16
    ? []
    : [
        createOnDatabase('us', where('pg_subscription')),
        superuser(
          'us',
          `${where('pg_subscription')} AND EXISTS (
                                                     SELECT FROM pg_catalog.pg_subscription b
                                                      WHERE b.oid = d.objid AND NOT b.subpasswordrequired)`,
        ),
      ]),
];

const where = (catalog: string): string => `d.classid = 'pg_catalog.${catalog}'::regclass`;

const inSchemas = [
  ['pg_proc', 'pronamespace'],
  ['pg_operator', 'oprnamespace'],
  ['pg_opclass', 'opcnamespace'],
  ['pg_opfamily', 'opfnamespace'],
  ['pg_collation', 'collnamespace'],
  ['pg_conversion', 'connamespace'],
  ['pg_statistic_ext', 'stxnamespace'],
  ['pg_ts_dict', 'dictnamespace'],
  ['pg_ts_config', 'cfgnamespace'],
] as const;

const asked = (
  of: Demand['of'],
  right: Demand['right'],
  rest: { on?: string; held: string; comesAlong?: string; always?: boolean },
): string =>
  `jsonb_build_object('of', '${of}', 'right', '${right}', 'on', ${rest.on ?? 'NULL::jsonb'}, 'held', ${rest.held},
                                                               'comesAlong', ${rest.comesAlong ?? 'false'}, 'always', ${String(rest.always ?? false)})`;

const on = (type: string, name: string, owner: string): string =>
  `jsonb_build_object('type', '${type}', 'name', ${name}, 'owner', pg_catalog.pg_get_userbyid(${owner}))`;

/** A role that does not exist yet has the privileges of PUBLIC. */
const heirHas = (function_: string, object: string, right: string): string =>
  `CASE WHEN h.oid IS NULL THEN pg_catalog.${function_}('public', ${object}, '${right}')
                                                                             ELSE pg_catalog.${function_}(h.oid, ${object}, '${right}') END`;

function createOnSchema(catalog: string, schema: string): string {
  const rest = {
    on: on('schema', 'n.nspname', 'n.nspowner'),
    held: heirHas('has_schema_privilege', 'n.oid', 'CREATE'),
    comesAlong: 'n.nspowner = r.oid AND EXISTS (' + schemaFirst + ')',
  };
  return `
                                              SELECT ${asked('heir', 'CREATE', rest)}
                                                FROM pg_catalog.${catalog} o JOIN pg_catalog.pg_namespace n ON n.oid = o.${schema}
                                               WHERE ${where(catalog)} AND o.oid = d.objid`;
}

/** REASSIGN OWNED follows the order of rows in pg_shdepend's index. */
const schemaFirst = `
                                                 SELECT FROM pg_catalog.pg_shdepend s
                                                   JOIN pg_catalog.pg_shdepend e USING (dbid, refclassid, refobjid, deptype)
                                                  WHERE s.dbid = c.oid AND s.deptype = 'o' AND s.refobjid = r.oid
                                                    AND s.refclassid = 'pg_catalog.pg_authid'::regclass
                                                    AND s.classid = 'pg_catalog.pg_namespace'::regclass AND s.objid = n.oid
                                                    AND e.classid = d.classid AND e.objid = d.objid AND s.ctid < e.ctid`;

const usageOnWrapper = `
                                              SELECT ${asked('heir', 'USAGE', {
                                                on: on(
                                                  'foreign_data_wrapper',
                                                  'w.fdwname',
                                                  'w.fdwowner',
                                                ),
                                                held: heirHas(
                                                  'has_foreign_data_wrapper_privilege',
                                                  'w.oid',
                                                  'USAGE',
                                                ),
                                              })}
                                                FROM pg_catalog.pg_foreign_server o JOIN pg_catalog.pg_foreign_data_wrapper w ON w.oid = o.srvfdw
                                               WHERE ${where('pg_foreign_server')} AND o.oid = d.objid`;

function superuser(of: Demand['of'], condition: string, always = false): string {
  const held = of === 'heir' ? 'h.is_super' : 'false';
  return `
                                              SELECT ${asked(of, 'SUPERUSER', { held, always })} WHERE ${condition}`;
}

/** Publications of whole schemas exist since PostgreSQL 15. */
const givesAll = (pg: PgMajor): string =>
  `(EXISTS (SELECT FROM pg_catalog.pg_publication b WHERE b.oid = d.objid AND b.puballtables)${
    pg < 15
      ? ''
      : ' OR EXISTS (SELECT FROM pg_catalog.pg_publication_namespace b WHERE b.pnpubid = d.objid)'
  })`;

/** The connected role has the rights of the retired role and of the heir for this statement. */
function createOnDatabase(of: Demand['of'], condition: string): string {
  const heir = heirHas('has_database_privilege', 'c.oid', 'CREATE');
  const held =
    of === 'heir'
      ? heir
      : `pg_catalog.has_database_privilege(c.oid, 'CREATE') OR pg_catalog.has_database_privilege(r.oid, c.oid, 'CREATE') OR ${heir}`;
  return `
                                              SELECT ${asked(of, 'CREATE', { on: on('database', 'c.datname', 'c.datdba'), held })} WHERE ${condition}`;
}
