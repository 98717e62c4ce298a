import type { PgMajor } from '../../live.ts';
import { type TypeCatalog, classOf, isInSchemas } from '../grant/catalogs.ts';
import type { Demand } from '../ownership/owner-demand.ts';
import {
  type DemandingCatalog,
  demandSql,
  demandedObject,
  demandingAmong,
  heirHas,
  needOf,
} from '../ownership/owner-demand-sql.ts';

/**
 * SELECT of `demands`: rights required to give the object of dependency `d`, which role `r` owns, to the role that
 * `t.heir` names. `c` is the database. Relations and types need none. Source: shdepReassignOwned() in pg_shdepend.c and
 * the functions it calls, tested on 14 to 18.
 */
export const demandsOf = (pg: PgMajor, catalogs: readonly TypeCatalog[]): string => `
                                           SELECT jsonb_agg(a.demand ORDER BY a.demand) AS demands
                                             FROM (SELECT h.oid, COALESCE(h.rolsuper, false) AS is_super
                                                     FROM (SELECT) z
                                                     LEFT JOIN pg_catalog.pg_roles h ON h.rolname = t.heir) h
                                            CROSS JOIN LATERAL (${parts(pg, catalogs).join(' UNION ALL')}) a (demand)
                                            WHERE t.heir IS NOT NULL AND d.what = 'owned'`;

const parts = (pg: PgMajor, catalogs: readonly TypeCatalog[]): string[] => [
  ...catalogs
    .filter(isInSchemas)
    .filter(({ isReassignedFreely }) => isReassignedFreely !== true)
    .map(({ relation, schema }) => createOnSchema(relation, schema)),
  ...inSchemas.map(([relation, schema]) => createOnSchema(relation, schema)),
  ...demandingAmong(catalogs).flatMap(ownerNeeds),
  ...['pg_event_trigger', ...(pg < 16 ? ['pg_subscription'] : [])].map((catalog) =>
    superuser('heir', where(catalog), true),
  ),
  createOnDatabase('heir', where('pg_publication')),
  superuser('heir', `${where('pg_publication')} AND ${givesAll(pg)}`),
  ...catalogs
    .filter(({ isSchema }) => isSchema)
    .map((catalog) => createOnDatabase('us', `d.classid = ${classOf(catalog)}`)),
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

/** Catalogs of objects without grants. */
const inSchemas = [
  ['pg_operator', 'oprnamespace'],
  ['pg_opclass', 'opcnamespace'],
  ['pg_opfamily', 'opfnamespace'],
  ['pg_collation', 'collnamespace'],
  ['pg_conversion', 'connamespace'],
  ['pg_statistic_ext', 'stxnamespace'],
  ['pg_ts_dict', 'dictnamespace'],
  ['pg_ts_config', 'cfgnamespace'],
] as const;

const heir = { oid: 'h.oid', isSuperuser: 'h.is_super' };

function createOnSchema(catalog: string, schema: string): string {
  const rest = {
    on: demandedObject('schema', 'n.nspname', 'n.nspowner'),
    held: heirHas(heir, { type: 'schema', object: 'n.oid', privilege: 'CREATE' }),
    comesAlong: 'n.nspowner = r.oid AND EXISTS (' + schemaFirst + ')',
  };
  return `
                                              SELECT ${demandSql('heir', 'CREATE', rest)}
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

/** What the type's row requires of a new owner. Only superusers give away what only superusers can own. */
function ownerNeeds(catalog: DemandingCatalog): string[] {
  const { demand, join } = needOf(catalog, heir);
  const isObject = `d.classid = ${classOf(catalog)}`;
  const ofHeir = `
                                              SELECT ${demand}
                                                FROM pg_catalog.${catalog.relation} x ${join}
                                               WHERE ${isObject} AND x.oid = d.objid`;
  return [ofHeir, ...(catalog.ownerNeeds === 'SUPERUSER' ? [superuser('us', isObject)] : [])];
}

function superuser(of: Demand['of'], condition: string, always = false): string {
  const held = of === 'heir' ? 'h.is_super' : 'false';
  return `
                                              SELECT ${demandSql(of, 'SUPERUSER', { held, always })} WHERE ${condition}`;
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
  const heirsOwn = heirHas(heir, { type: 'database', object: 'c.oid', privilege: 'CREATE' });
  const held =
    of === 'heir'
      ? heirsOwn
      : `pg_catalog.has_database_privilege(c.oid, 'CREATE') OR pg_catalog.has_database_privilege(r.oid, c.oid, 'CREATE') OR ${heirsOwn}`;
  return `
                                              SELECT ${demandSql(of, 'CREATE', { on: demandedObject('database', 'c.datname', 'c.datdba'), held })} WHERE ${condition}`;
}
