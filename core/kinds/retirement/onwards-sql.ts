import { membershipOptionsSince } from '../../membership-options.ts';
import { z } from 'zod';
import type { PgMajor } from '../../live.ts';
import type { TypeCatalog } from '../grant/catalogs.ts';
import { objectOf } from './acl.ts';

const entry = z.object({
  /** Null means PUBLIC. */
  grantee: z.string().nullable(),
  grantor: z.string(),
  privilege: z.string(),
  grantable: z.boolean(),
});

/** The ACL of an object that a retired role does not own, and on which it granted something to others. */
export const onwards = z.object({
  owner: z.string(),
  entries: z.array(entry),
  /** For a column: its relation and its own name as SQL, and the grants on the relation. */
  column: z.object({ relation: z.string(), name: z.string(), entries: z.array(entry) }).nullable(),
  /** Privileges whose grant option the role has through a group. DROP OWNED leaves what it granted with them. */
  byGroups: z.array(z.string()),
});

export type Onwards = z.infer<typeof onwards>;
export type Entry = z.infer<typeof entry>;

/** SELECT of `onwards`, for dependency `d` of role `r` in database `c`. */
export const onwardsOf = (catalogs: readonly TypeCatalog[]): string => `
                                           SELECT jsonb_build_object(
                                                    'owner', pg_catalog.pg_get_userbyid(x.owner), 'entries', ${entriesOf('x.acl')},
                                                    'byGroups', (
                                                      SELECT COALESCE(jsonb_agg(DISTINCT a.privilege_type ORDER BY a.privilege_type), '[]')
                                                        FROM pg_catalog.aclexplode(x.acl) a
                                                       WHERE a.is_grantable AND a.grantee NOT IN (0, r.oid) AND pg_catalog.pg_has_role(r.oid, a.grantee, 'USAGE')),
                                                    'column', (
                                                      SELECT jsonb_build_object('relation', pg_catalog.format('%I.%I', n.nspname, t.relname),
                                                               'name', pg_catalog.quote_ident(u.attname), 'entries', ${entriesOf('t.relacl')})
                                                        FROM pg_catalog.pg_class t
                                                        JOIN pg_catalog.pg_namespace n ON n.oid = t.relnamespace
                                                        JOIN pg_catalog.pg_attribute u ON u.attrelid = t.oid AND u.attnum = d.objsubid
                                                       WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.objsubid <> 0 AND t.oid = d.objid)) AS onwards
                                             FROM (${objectOf(catalogs)}) x
                                            WHERE d.what = 'privilege' AND x.owner <> r.oid AND EXISTS (
                                              SELECT FROM pg_catalog.aclexplode(x.acl) a WHERE a.grantor = r.oid AND a.grantee <> r.oid)`;

const entriesOf = (acl: string): string => `(
                                                      SELECT COALESCE(jsonb_agg(jsonb_build_object(
                                                               'grantee', CASE a.grantee WHEN 0 THEN NULL ELSE pg_catalog.pg_get_userbyid(a.grantee) END,
                                                               'grantor', pg_catalog.pg_get_userbyid(a.grantor), 'privilege', a.privilege_type,
                                                               'grantable', a.is_grantable)), '[]')
                                                        FROM pg_catalog.aclexplode(${acl}) a)`;

const options = z.object({ admin: z.boolean(), inherit: z.boolean(), set: z.boolean() });

/** A membership that a retired role granted, and the member's options in the group from other grantors. */
export const grantedMembership = options.extend({
  role: z.string(),
  member: z.string(),
  others: z.array(options),
});

export type GrantedMembership = z.infer<typeof grantedMembership>;

/** SELECT of the memberships that role `r` granted. Up to PostgreSQL 15 they stay when it is dropped. */
export const grantedMemberships = (pg: PgMajor): string =>
  pg < membershipOptionsSince
    ? "SELECT '[]'::jsonb"
    : `
               SELECT jsonb_agg(jsonb_build_object('role', g.rolname, 'member', m.rolname, ${optionsIn('a')}, 'others', (
                        SELECT COALESCE(jsonb_agg(jsonb_build_object(${optionsIn('o')})), '[]')
                          FROM pg_catalog.pg_auth_members o
                         WHERE o.roleid = a.roleid AND o.member = a.member AND o.grantor <> a.grantor))
                        ORDER BY g.rolname, m.rolname)
                 FROM pg_catalog.pg_auth_members a
                 JOIN pg_catalog.pg_roles g ON g.oid = a.roleid
                 JOIN pg_catalog.pg_roles m ON m.oid = a.member
                WHERE a.grantor = r.oid AND r.oid NOT IN (a.roleid, a.member)`;

const optionsIn = (edge: string): string =>
  `'admin', ${edge}.admin_option, 'inherit', ${edge}.inherit_option, 'set', ${edge}.set_option`;
