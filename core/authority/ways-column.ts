import { membershipOptionsSince } from '../membership-options.ts';
import type { PgMajor } from '../live.ts';
import { roleName } from '../catalog/role-name.ts';
import { everyone } from '../public.ts';

/**
 * SQL for `RoleRights.ways`: the memberships from the connected role and its login upwards, and the privileges of these
 * roles on the database and on schemas that the connected role does not own. A superuser needs none.
 */
export const waysColumn = (pg: PgMajor): string => `COALESCE((
                     WITH RECURSIVE edge (role, member, grantor, admin, inherit, set) AS (
                       SELECT a.roleid, a.member, ${pg >= membershipOptionsSince ? 'a.grantor' : 'NULL::oid'}, a.admin_option,
                              ${pg >= membershipOptionsSince ? 'a.inherit_option' : 'u.rolinherit'}, ${pg >= membershipOptionsSince ? 'a.set_option' : 'true'}
                         FROM pg_catalog.pg_auth_members a
                         JOIN pg_catalog.pg_roles u ON u.oid = a.member
                        UNION ALL
                       SELECT o.oid, d.datdba, NULL::oid, false, true, true
                         FROM pg_catalog.pg_database d
                         JOIN pg_catalog.pg_roles o ON o.rolname = 'pg_database_owner'
                        WHERE d.datname = pg_catalog.current_database()
                     ), above (oid) AS (
                       SELECT u.oid
                         FROM pg_catalog.pg_roles u
                        WHERE u.rolname IN (CURRENT_USER, SESSION_USER) AND NOT u.rolsuper
                        UNION
                       SELECT e.role FROM above b JOIN edge e ON e.member = b.oid
                     )
                     SELECT jsonb_agg(w.way ORDER BY w.way)
                       FROM (SELECT jsonb_build_object('via', 'member', 'role', ${roleName('e.role')}, 'member', ${roleName('e.member')},
                                                       'grantor', CASE WHEN e.grantor IS NOT NULL THEN ${roleName('e.grantor')} END,
                                                       'admin', e.admin, 'inherit', e.inherit, 'set', e.set)
                               FROM edge e
                               JOIN above b ON b.oid = e.member
                              UNION ALL
                             SELECT jsonb_build_object('via', 'grant', 'type', p.type, 'name', p.name, 'privilege', p.privilege,
                                                       'owner', ${roleName('p.owner')},
                                                       'grantee', CASE x.grantee WHEN 0 THEN '${everyone}' ELSE ${roleName('x.grantee')} END)
                               FROM (SELECT 'database', d.datname::text, 'CREATE', d.datdba, COALESCE(d.datacl, pg_catalog.acldefault('d', d.datdba))
                                       FROM pg_catalog.pg_database d
                                      WHERE d.datname = pg_catalog.current_database()
                                      UNION ALL
                                     SELECT 'schema', s.name, 'USAGE', s.nspowner, COALESCE(s.nspacl, pg_catalog.acldefault('n', s.nspowner))
                                       FROM scope_schema s
                                       JOIN pg_catalog.pg_roles o ON o.oid = s.nspowner AND o.rolname <> CURRENT_USER
                                    ) p (type, name, privilege, owner, acl)
                              CROSS JOIN LATERAL pg_catalog.aclexplode(p.acl) x
                              WHERE x.privilege_type = p.privilege AND (x.grantee = 0 OR x.grantee IN (SELECT b.oid FROM above b))) w (way)
                      WHERE EXISTS (SELECT FROM pg_catalog.pg_roles u WHERE u.rolname = CURRENT_USER AND NOT u.rolsuper)), '[]')`;
