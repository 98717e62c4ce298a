import { membershipOptionsSince } from '../membership-options.ts';
import { roleName } from '../catalog/role-name.ts';
import type { PgMajor } from '../live.ts';
import { serviceColumn } from './provider.ts';
import { waysColumn } from './ways-column.ts';

/** What the connected role can do with other roles, as `RoleRights`. Empty for a superuser, which needs none of it. */
export const rightsColumn = (pg: PgMajor): string => `
         (SELECT jsonb_build_object(
                   'usable', ${rolesWhere(`${inherits} AND ${becomes(pg)}`)},
                   'inherited', ${rolesWhere(`${inherits} AND NOT ${becomes(pg)}`)},
                   'settable', ${rolesWhere(`${becomes(pg)} AND NOT ${inherits}`)},
                   'grantable', ${rolesWhere(mayGrant(pg))},
                   'selfGranted', ${selfGranted(pg)},
                   'attributes', ${attributes},
                   'createsSchemas', pg_catalog.has_database_privilege(pg_catalog.current_database(), 'CREATE'),
                   'closedSchemas', ${closedSchemas},
                   'ways', ${waysColumn(pg)},
                   'service', ${serviceColumn})
            FROM pg_catalog.pg_roles me
            LEFT JOIN pg_catalog.pg_roles o ON NOT me.rolsuper AND o.oid <> me.oid
           WHERE me.rolname = CURRENT_USER)`;

const rolesWhere = (condition: string): string =>
  `COALESCE(jsonb_agg(o.rolname ORDER BY o.rolname) FILTER (WHERE ${condition}), '[]')`;

const attributes = `(
                     SELECT COALESCE(jsonb_agg(a.name), '[]')
                       FROM pg_catalog.pg_roles u
                      CROSS JOIN LATERAL (VALUES (u.rolcreaterole, 'CREATEROLE'), (u.rolcreatedb, 'CREATEDB'),
                                                 (u.rolreplication, 'REPLICATION'), (u.rolbypassrls, 'BYPASSRLS'))
                                         AS a (has, name)
                      WHERE u.rolname = CURRENT_USER AND a.has)`;

const closedSchemas = `(
                     SELECT COALESCE(jsonb_agg(jsonb_build_object('schema', s.name, 'owner', ${roleName('s.nspowner')})
                                               ORDER BY s.name), '[]')
                       FROM scope_schema s
                      WHERE NOT pg_catalog.has_schema_privilege(s.oid, 'USAGE'))`;

const inherits = "pg_catalog.pg_has_role(o.oid, 'USAGE')";

const becomes = (pg: PgMajor): string =>
  `pg_catalog.pg_has_role(o.oid, '${pg >= membershipOptionsSince ? 'SET' : 'MEMBER'}')`;

/** Nobody can be granted pg_database_owner. Source: AddRoleMems() in user.c. */
const mayGrant = (pg: PgMajor): string =>
  pg >= membershipOptionsSince
    ? adminOption
    : `(${adminOption} OR me.rolcreaterole AND NOT o.rolsuper) AND o.rolname <> 'pg_database_owner'`;

const adminOption = "pg_catalog.pg_has_role(o.oid, 'MEMBER WITH ADMIN OPTION')";

const selfGranted = (pg: PgMajor): string => `COALESCE((
                     SELECT jsonb_agg(jsonb_build_object('role', ${roleName('a.roleid')},
                                                         'inherit', ${pg >= membershipOptionsSince ? 'a.inherit_option' : 'u.rolinherit'},
                                                         'set', ${pg >= membershipOptionsSince ? 'a.set_option' : 'true'}))
                       FROM pg_catalog.pg_auth_members a
                       JOIN pg_catalog.pg_roles u ON u.oid = a.member${pg >= membershipOptionsSince ? ' AND u.oid = a.grantor' : ''}
                      WHERE u.rolname = CURRENT_USER AND NOT u.rolsuper), '[]')`;
