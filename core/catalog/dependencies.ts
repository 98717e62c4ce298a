const defaultPrivileges = "'pg_catalog.pg_default_acl'::regclass";

const thisDatabase =
  '(SELECT b.oid FROM pg_catalog.pg_database b WHERE b.datname = pg_catalog.current_database())';

const ofThisDatabase = (column: string): string =>
  `CASE WHEN d.dbid = 0 OR d.dbid = ${thisDatabase} THEN d.${column} END`;

/**
 * The CTE `scope_dependency`: what roles in scope own (deptype o) and have ACL entries on (a), from pg_shdepend, which
 * can be long and is read once. `readWhole` are the classes, as SQL, that other queries read, because a role can have an
 * entry on each of very many objects: of those it contains only the parts, e.g. columns. For another database it has only
 * the number of entries, with `classid` null. It has no entries for PUBLIC and for roles that come with PostgreSQL.
 * Source: PostgreSQL manual, pg_shdepend.
 */
export const dependencyTable = (readWhole: readonly string[]): string => `
scope_dependency AS MATERIALIZED (
  SELECT r.oid AS role, d.deptype, d.dbid, h.classid, h.objid, d.objsubid, pg_catalog.count(*) AS count
    FROM scope_role r
    JOIN pg_catalog.pg_shdepend d ON d.refclassid = 'pg_catalog.pg_authid'::regclass AND d.refobjid = r.oid
   CROSS JOIN LATERAL (SELECT ${ofThisDatabase('classid')} AS classid, ${ofThisDatabase('objid')} AS objid) h
   WHERE d.deptype IN ('o', 'a') AND d.classid <> 'pg_catalog.pg_auth_members'::regclass
     AND NOT (d.deptype = 'o' AND d.classid = ${defaultPrivileges})
     AND NOT (d.objsubid = 0 AND d.classid IN (${[...readWhole, defaultPrivileges].join(', ')}) AND d.dbid = ${thisDatabase})
   GROUP BY 1, 2, 3, 4, 5, 6
)`;

/** OIDs of objects of a catalog in this database on which a role in scope has an entry. */
export const dependentObjects = (catalog: string): string => `
                  SELECT d.objid FROM scope_dependency d
                   WHERE d.classid = 'pg_catalog.${catalog}'::regclass AND d.deptype = 'a' AND d.objsubid = 0`;
