import { z } from 'zod';

/** One privilege in an ACL: who has it, from whom, and whether it may be passed on. */
const aclEntry = z
  .tuple([z.string(), z.string(), z.string(), z.boolean()])
  .transform(([grantee, grantor, privilege, grantable]) => ({
    grantee,
    grantor,
    privilege,
    grantable,
  }));

export type AclEntry = z.infer<typeof aclEntry>;

/** Objects of one type that are alike: same schema, owner and ACL. A named object is a group of its own. */
export const objectGroup = z.object({
  schema: z.string().nullable(),
  /** As the manifest names it; null for a group of objects no rule names. */
  name: z.string().nullable(),
  /** All names rules have for it, where it can have several. */
  names: z.array(z.string()).nullish(),
  /** The narrowest word for what it is, where the kind has several: see `words` in object-grant.ts. */
  subtype: z.string().nullish(),
  /** The object's name as SQL, printed by the server; null for a group. */
  sql: z.string().nullable(),
  /** Key of the group, to ask for its members' names. */
  group: z.string().nullable(),
  owner: z.string(),
  count: z.number(),
  acl: z.array(aclEntry),
  /** Why a name means no object of this type, in words for people; such a row is no object. */
  hint: z.string().nullish(),
});

export type ObjectGroup = z.infer<typeof objectGroup>;

/**
 * SQL for the entries of an `aclitem[]` expression that concern roles in scope, as `objectGroup.acl` wants them.
 * The owner's own entries are left out: what an owner may do with its object is PostgreSQL's business. `letter` is
 * the type's in acldefault(): where nothing was granted yet, that is what everyone may do.
 */
export function aclJson(acl: string, owner: string, letter: string): string {
  return `COALESCE((
               SELECT jsonb_agg(jsonb_build_array(r.name, pg_catalog.pg_get_userbyid(a.grantor),
                                                  a.privilege_type, a.is_grantable)
                                ORDER BY r.name, pg_catalog.pg_get_userbyid(a.grantor), a.privilege_type)
                 FROM pg_catalog.aclexplode(COALESCE(${acl}, pg_catalog.acldefault('${letter}', ${owner}))) a
                 JOIN scope_role r ON r.oid = a.grantee
                WHERE a.grantee <> ${owner}), '[]')`;
}

/**
 * SQL for the key of the group an object belongs to. Names rather than OIDs go into it, so that equal databases have
 * equal keys, and plans for them are equal byte for byte.
 */
export function groupKey(type: string, schema: string, owner: string, acl: string): string {
  const parts = [type, schema, `pg_catalog.pg_get_userbyid(${owner})`, `${acl}::text`];
  return `pg_catalog.md5(pg_catalog.jsonb_build_array(${parts.join(', ')})::text)`;
}
