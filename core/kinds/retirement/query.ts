import { objectDescription } from '../../catalog/routine-name.ts';
import { z } from 'zod';
import { codeSources } from '../../acl.ts';
import type { CatalogQuery } from '../../catalog/catalog-query.ts';
import type { PgMajor } from '../../live.ts';
import { routineRunsAsOwner } from '../code/owner-code.ts';
import { type TypeCatalog, catalogsOf, classOf } from '../grant/catalogs.ts';
import type { GrantKind } from '../grant/object-grant.ts';
import { grantedOn } from './acl.ts';
import { demand } from '../ownership/owner-demand.ts';
import { demandsOf } from './heir-sql.ts';
import { grantedMembership, grantedMemberships, onwards, onwardsOf } from './onwards-sql.ts';
import { belonging, belongings } from './owned.ts';
import { isRevoked } from './revoked.ts';

const namedObjects = z.object({ count: z.number(), objects: z.array(z.string().nullable()) });

const dependency = namedObjects.extend({
  what: z.enum(['owned', 'kept', 'privilege', 'other']),
  where: z.enum(['here', 'shared']),
  /** A privilege, or default privileges, that the same plan revokes. */
  revocable: z.boolean(),
  /**
   * The grantors of the privileges, and the roles whose rights count as the owner's and the grantors'. Null for other
   * dependencies.
   */
  granted: z
    .object({
      owner: z.string(),
      grantor: z.string(),
      grantorRights: z.string(),
      byOwner: z.boolean(),
    })
    .nullable(),
  /** Whether it owns them, and they run code with its rights. */
  code: z.boolean(),
  /** Roles that could still make them run code. */
  sources: codeSources.nullish(),
  /** The properties that ownership rules need of what it owns. */
  belonging,
  /** The rights that are required to pass on what it owns. */
  demands: z.array(demand).nullish(),
  /** Its grants to others on objects that it does not own. */
  onwards: onwards.nullish(),
});

const session = z.object({
  application: z.string().nullable(),
  /** Null on a local socket, or if the connected role cannot read it. */
  address: z.string().nullable(),
  count: z.number(),
});

export const retiredRow = z.object({
  role: z.string(),
  /** The database of this row. Sessions and shared objects belong to the whole server. */
  database: z.string(),
  login: z.boolean(),
  sessions: z.array(session),
  /** Its prepared transactions, in any database. They keep their locks when its sessions end. */
  prepared: z.array(z.object({ gid: z.string(), database: z.string() })),
  /** Other databases in which something depends on the role. */
  elsewhere: z.array(z.string()),
  dependencies: z.array(dependency),
  /** Memberships that it granted, between other roles. */
  memberships: z.array(grantedMembership).default([]),
  /** Objects with data that would be dropped with the objects it owns. `owned` names those. */
  holding: z.array(namedObjects.extend({ owned: z.array(belonging) })),
  /**
   * Objects that depend on what would be dropped, each with the objects with which it would be dropped itself; none if
   * it belongs to another role.
   */
  dependents: z.array(namedObjects.extend({ on: z.array(belonging), owned: z.array(belonging) })),
});

/** A retired role that still exists, as seen from one database. */
export type RetiredRow = z.infer<typeof retiredRow>;
export type Dependency = z.infer<typeof dependency>;
export type NamedObjects = z.infer<typeof namedObjects>;

/** The number of alike objects that are named. The others are counted. */
const mostNamed = 20;

/** What REASSIGN OWNED skips. Source: shdepReassignOwned() in pg_shdepend.c. */
const notReassigned =
  "'pg_catalog.pg_default_acl'::regclass, 'pg_catalog.pg_user_mapping'::regclass";

const relation = "'pg_catalog.pg_class'::regclass";

/** What the inspection reads of retired roles, given the types on which there can be grants. */
export const retiredRoles = (kinds: readonly GrantKind[]): CatalogQuery => ({
  concerns: ({ retired }) => retired.length > 0,
  sql: (pg) => rolesIn(pg, catalogsOf(kinds, pg)),
});

const rolesIn = (pg: PgMajor, catalogs: readonly TypeCatalog[]): string => `
    SELECT (jsonb_build_object(
             'kind', 'retirement', 'role', r.name, 'database', c.datname,
             'login', (SELECT a.rolcanlogin FROM pg_catalog.pg_roles a WHERE a.oid = r.oid),
             'sessions', COALESCE((${sessions}), '[]'),
             'prepared', COALESCE((
               SELECT jsonb_agg(jsonb_build_object('gid', p.gid, 'database', p.database) ORDER BY p.database, p.gid)
                 FROM pg_catalog.pg_prepared_xacts p
                WHERE p.owner = r.name), '[]'),
             'elsewhere', COALESCE((
               SELECT jsonb_agg(DISTINCT b.datname)
                 FROM pg_catalog.pg_shdepend d
                 JOIN pg_catalog.pg_database b ON b.oid = d.dbid
                WHERE d.refclassid = 'pg_catalog.pg_authid'::regclass AND d.refobjid = r.oid AND d.dbid <> c.oid), '[]'),
             'memberships', COALESCE((${grantedMemberships(pg)}), '[]'),
             'dependencies', COALESCE((${dependencies(pg, catalogs)}), '[]'))
           || (${doomed(catalogs)}
               SELECT jsonb_build_object('holding', (${namesOf(holdingData(catalogs), 'owned')}),
                                         'dependents', (${namesOf(dependents, 'owned', '"on"')}))))::json
      FROM scope_role r
      JOIN scope_retired t ON t.name = r.name
      JOIN pg_catalog.pg_database c ON c.datname = pg_catalog.current_database()`;

/** Workers of a subscription run as its owner and restart. They are no client sessions. */
const sessions = `
               SELECT jsonb_agg(to_jsonb(s) ORDER BY s.count DESC, s.application, s.address)
                 FROM (SELECT a.application_name AS application, pg_catalog.host(a.client_addr) AS address,
                              pg_catalog.count(*)::int AS count
                         FROM pg_catalog.pg_stat_activity a
                        WHERE a.usesysid = r.oid
                          AND COALESCE(a.backend_type, '') NOT IN ('parallel worker', 'logical replication worker',
                                'logical replication apply worker', 'logical replication parallel worker',
                                'logical replication tablesync worker')
                        GROUP BY 1, 2) s`;

const dependencies = (pg: PgMajor, catalogs: readonly TypeCatalog[]): string => `
               SELECT jsonb_agg(to_jsonb(g) ORDER BY g.what, g."where", g.revocable, g.granted, g.belonging, g.code, g.sources, g.demands, g.onwards)
                 FROM (SELECT n.what, n."where", n.revocable, n.granted, n.belonging, n.code, n.sources, n.demands, n.onwards, pg_catalog.count(*)::int AS count,
                              pg_catalog.array_agg(${objectDescription('n.classid', 'n.objid', 'n.objsubid')})
                                FILTER (WHERE n.place <= ${String(mostNamed)}) AS objects
                         FROM (SELECT k.*, pg_catalog.row_number() OVER (
                                        PARTITION BY k.what, k."where", k.revocable, k.granted, k.belonging, k.code, k.sources, k.demands, k.onwards
                                            ORDER BY k.classid, k.objid, k.objsubid) AS place
                                 FROM (SELECT d.*, f.granted, m.demands, w.onwards, CASE d.what WHEN 'owned' THEN b.belonging END AS belonging,
                                              CASE d.what WHEN 'owned' THEN ${runsAsOwner} ELSE false END AS code,
                                              CASE d.what WHEN 'owned' THEN h.sources END AS sources
                                         FROM (SELECT DISTINCT d.dbid, d.classid, d.objid, d.objsubid,
                                                      CASE WHEN d.deptype = 'a' THEN 'privilege'
                                                           WHEN d.deptype <> 'o' THEN 'other'
                                                           WHEN d.classid IN (${notReassigned}) THEN 'kept' ELSE 'owned' END AS what,
                                                      CASE d.dbid WHEN 0 THEN 'shared' ELSE 'here' END AS "where",
                                                      (d.deptype = 'a' AND (${isRevoked(catalogs)})
                                                       OR d.classid = 'pg_catalog.pg_default_acl'::regclass) AS revocable
                                                 FROM pg_catalog.pg_shdepend d
                                                WHERE d.refclassid = 'pg_catalog.pg_authid'::regclass AND d.refobjid = r.oid
                                                  AND d.dbid IN (0, c.oid) AND d.deptype IN ('o', 'a', 'r', 'i')
                                                  AND d.classid <> 'pg_catalog.pg_auth_members'::regclass) d
                                         LEFT JOIN LATERAL (${grantedOn(catalogs)}) f ON true
                                         LEFT JOIN LATERAL (${demandsOf(pg, catalogs)}) m ON true
                                         LEFT JOIN LATERAL (${onwardsOf(catalogs)}) w ON true
                                         LEFT JOIN (${belongings(catalogs)}) b ON b.classid = d.classid AND b.objid = d.objid
                                         LEFT JOIN scope_code h ON d.classid = ${relation} AND h.oid = d.objid) k) n
                        GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9) g`;

/** For dependency `d`, and `h` of `scope_code`. A subscription applies rows, and fires triggers, as its owner. */
const runsAsOwner = `(d.classid IN ('pg_catalog.pg_subscription'::regclass, 'pg_catalog.pg_event_trigger'::regclass)
                                                   OR EXISTS (SELECT FROM pg_catalog.pg_proc p
                                                               WHERE d.classid = 'pg_catalog.pg_proc'::regclass AND p.oid = d.objid
                                                                 AND ${routineRunsAsOwner('p')})
                                                   OR COALESCE(h.code, false))`;

/** What DROP OWNED would drop: what the role owns, and what PostgreSQL drops with it without an error. */
const doomed = (catalogs: readonly TypeCatalog[]): string => `
               WITH RECURSIVE going (classid, objid, belonging) AS (
                 SELECT d.classid, d.objid, COALESCE(b.belonging, 'null')
                   FROM pg_catalog.pg_shdepend d
                   LEFT JOIN (${belongings(catalogs)}) b ON b.classid = d.classid AND b.objid = d.objid
                  WHERE d.refclassid = 'pg_catalog.pg_authid'::regclass AND d.refobjid = r.oid
                    AND d.dbid = c.oid AND d.deptype = 'o'
                  UNION
                 SELECT e.classid, e.objid, o.belonging
                   FROM going o
                   JOIN pg_catalog.pg_depend e ON e.refclassid = o.classid AND e.refobjid = o.objid
                  WHERE e.deptype IN ('a', 'i', 'e', 'P', 'S')
               ), doomed AS MATERIALIZED (
                 SELECT g.classid, g.objid, jsonb_agg(g.belonging ORDER BY g.belonging) AS owned
                   FROM going g
                  GROUP BY 1, 2)`;

const holdingData = (catalogs: readonly TypeCatalog[]): string =>
  catalogs.flatMap(holdingDataIn).join('\n                         UNION ALL');

function holdingDataIn(catalog: TypeCatalog): string[] {
  const { relation, holdsData } = catalog;
  if (holdsData === undefined) return [];
  return [
    `
                        SELECT o.classid, o.objid, o.owned
                          FROM doomed o
                          JOIN pg_catalog.${relation} t ON t.oid = o.objid
                         WHERE o.classid = ${classOf(catalog)} AND ${holdsData('t')}`,
  ];
}

/** A view depends on what it reads through its rewrite rule, whose name nobody knows. */
const dependents = `
                        SELECT CASE WHEN w.oid IS NULL THEN e.classid ELSE ${relation} END AS classid,
                               COALESCE(w.ev_class, e.objid) AS objid, COALESCE(x.owned, '[]') AS owned,
                               jsonb_agg(DISTINCT b.belonging) AS "on"
                          FROM doomed o
                         CROSS JOIN LATERAL jsonb_array_elements(o.owned) AS b (belonging)
                          JOIN pg_catalog.pg_depend e ON e.refclassid = o.classid AND e.refobjid = o.objid
                          LEFT JOIN pg_catalog.pg_rewrite w
                            ON e.classid = 'pg_catalog.pg_rewrite'::regclass AND w.oid = e.objid AND w.rulename = '_RETURN'
                          LEFT JOIN doomed x ON x.classid = e.classid AND x.objid = e.objid
                         WHERE e.deptype = 'n' AND x.owned IS DISTINCT FROM o.owned
                         GROUP BY 1, 2, 3`;

/** Number and names of the objects that a SELECT of `classid` and `objid` returns, grouped by the other columns. */
const namesOf = (objects: string, ...alike: readonly string[]): string => `
               SELECT COALESCE(jsonb_agg(to_jsonb(g) ORDER BY ${alike.map((column) => `g.${column}`).join(', ')}), '[]')
                 FROM (SELECT ${alike.map((column) => `n.${column}`).join(', ')}, pg_catalog.count(*)::int AS count,
                              pg_catalog.array_agg(${objectDescription('n.classid', 'n.objid', '0')})
                                FILTER (WHERE n.place <= ${String(mostNamed)}) AS objects
                         FROM (SELECT f.*, pg_catalog.row_number() OVER (
                                        PARTITION BY ${alike.map((column) => `f.${column}`).join(', ')}
                                            ORDER BY f.classid, f.objid) AS place
                                 FROM (${objects}) f) n
                        GROUP BY ${alike.map((_, index) => String(index + 1)).join(', ')}) g`;
