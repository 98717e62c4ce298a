import { roleName } from './catalog/role-name.ts';
import { z } from 'zod';
import type { Ref } from './fact.ts';
import { everyone } from './public.ts';

/** One entry of an ACL: the grantee, the grantor, the privilege, and whether the grantee has the grant option. */
const aclEntry = z
  .tuple([z.string(), z.string(), z.string(), z.boolean(), z.string().optional()])
  .transform(([grantee, grantor, privilege, grantable, shutOutBy]) => ({
    grantee,
    grantor,
    privilege,
    grantable,
    /** Owner of the schema, if the grantor has no USAGE on it and so cannot name the object. */
    ...(shutOutBy === undefined ? {} : { shutOutBy }),
  }));

export type AclEntry = z.infer<typeof aclEntry> & {
  /** If the grantor's grant option depends on an entry for the whole relation: that entry, and whether it stays. */
  readonly hangsOn?: readonly (Ref & { readonly stays: boolean })[];
};

/** A role that could make an object run code with the rights of its owner, and the means that it has. */
const codeSource = z.tuple([
  /** PUBLIC stands for every role. */
  z.string(),
  /** A privilege on the object, or the type of another object that the role owns. */
  z.string(),
  /** Schema and name of that other object. */
  z.string().nullable(),
  z.string().nullable(),
]);

export const codeSources = z.array(codeSource);
export type CodeSource = z.infer<typeof codeSource>;

/** Objects of one type with the same schema, owner and ACL. An object that a rule names is a group of its own. */
const objectGroup = z.object({
  schema: z.string().nullable(),
  /** As the manifest names it. Null for a group of objects that no rule names. */
  name: z.string().nullable(),
  /** All names that rules can use, each as `type name`, if the object can have several. */
  names: z.array(z.string()).nullish(),
  /** The narrowest type that a manifest has for it, if the kind has several: see `words` in grantable-type.ts. */
  subtype: z.string().nullish(),
  /** The object's name as SQL, printed by the server; null for a group. */
  sql: z.string().nullable(),
  /** Key of the group, with which the names of its members are read. */
  group: z.string().nullable(),
  owner: z.string(),
  count: z.number(),
  acl: z.array(aclEntry),
  /** A column's own name as SQL. `sql` is then the name of its relation. */
  column: z.string().nullish(),
  /** A column's relation, with the entries of the relation's own ACL. */
  relation: z
    .object({
      type: z.string(),
      name: z.string(),
      acl: z.array(aclEntry),
      /** Key of the group that contains the relation, if no rule names the relation. */
      groupKey: z.string().nullable(),
    })
    .nullish(),
  /**
   * Grantors of privileges on a column who have lost the grant option, and how it can be restored for a moment, if it
   * can.
   */
  lost: z
    .array(
      z.object({
        grantor: z.string(),
        privilege: z.string(),
        by: z.enum(['relation', 'column']).nullable(),
        /** Whether the grantor has and keeps the privilege on the relation, and on the column. */
        keeps: z.boolean(),
        keepsColumn: z.boolean(),
      }),
    )
    .nullish(),
  /**
   * The object that it belongs to and whose owner it has, e.g. the column of a sequence. The name is set only if a rule
   * has it.
   */
  follows: z.object({ type: z.string(), name: z.string().nullable() }).nullish(),
  /** Whether it runs code with its owner's rights. Set only if no more than a wildcard would change its owner. */
  code: z.boolean().nullish(),
  /** Roles that could still make it run such code. Groups differ in it. */
  sources: codeSources.nullish(),
  /** Names, as SQL, of the first objects of the group for which `code` is true. */
  codeNames: z.array(z.string()).nullish(),
  /** The reason, for people, why a name means no object of this type. Such a row is no object. */
  hint: z.string().nullish(),
});

export type ObjectGroup = Omit<z.infer<typeof objectGroup>, 'acl'> & { acl: readonly AclEntry[] };

const read = new WeakMap<object, ObjectGroup>();

/** Checks the shape of a row once, although several kinds read it. Throws ZodError. */
export function readObjectGroup(row: unknown): ObjectGroup {
  if (typeof row !== 'object' || row === null) return objectGroup.parse(row);
  const known = read.get(row);
  if (known !== undefined) return known;
  const group = objectGroup.parse(row);
  read.set(row, group);
  return group;
}

/**
 * SQL for the entries of an `aclitem[]` expression that concern a policy, in the shape of `objectGroup.acl`. It leaves
 * out what the owner has from itself, because a policy does not decide about that. `letter` is SQL for the letter of
 * the type in acldefault(), which gives the entries of an object without an ACL. `schema` is SQL for the name of the
 * object's schema, if it is in one.
 */
export function aclJson(acl: string, owner: string, letter: string, schema?: string): string {
  return `COALESCE((
               SELECT json_agg(${schema === undefined ? entry('') : entryInSchema(schema, owner)}
                               ORDER BY ${entryOrder})
                 FROM pg_catalog.aclexplode(COALESCE(${acl}, pg_catalog.acldefault(${letter}, ${owner}))) a
                WHERE (a.grantee <> ${owner} OR a.grantor <> ${owner}) AND ${isConcerned(owner)}), '[]')`;
}

/** The name of the grantee of ACL entry `a`. */
export const granteeName = `CASE a.grantee WHEN 0 THEN '${everyone}' ELSE ${roleName('a.grantee')} END`;

/** A real role can be called PUBLIC. Its entries are left out, so that they do not count as those of every role. */
export const isNamable = `pg_catalog.pg_get_userbyid(a.grantee) <> '${everyone}'`;

/**
 * SQL for the order of entries. It reads current names instead of those in the snapshot, which is cheaper and suffices
 * for an order.
 */
export const entryOrder = `CASE a.grantee WHEN 0 THEN '${everyone}' ELSE pg_catalog.pg_get_userbyid(a.grantee) END, pg_catalog.pg_get_userbyid(a.grantor), a.privilege_type`;

/**
 * SQL that is true of an ACL entry `a` that concerns a policy: an entry of a role in scope, an entry that such a role
 * granted onwards, or a grant option that the connected role can use without owning the object.
 */
export function isConcerned(owner: string): string {
  return `(a.grantee IN (SELECT r.oid FROM scope_role r)
                       OR a.grantor <> ${owner} AND a.grantor IN (SELECT r.oid FROM scope_role r) AND ${isNamable}
                       OR a.is_grantable AND a.grantee <> 0 AND NOT (SELECT c.is_superuser FROM scope_connected c)
                          AND ${isNamable} AND pg_catalog.pg_has_role(a.grantee, 'USAGE'))`;
}

const entry = (more: string): string =>
  `json_build_array(${granteeName}, ${roleName('a.grantor')}, a.privilege_type, a.is_grantable${more})`;

/** With the schema's owner, if the grantor cannot name the object. */
const entryInSchema = (schema: string, owner: string): string => `
                               CASE WHEN a.grantor <> ${owner} AND NOT pg_catalog.has_schema_privilege(a.grantor, (SELECT w.oid FROM scope_schema w WHERE w.name = ${schema}), 'USAGE')
                                    THEN ${entry(`, (SELECT ${roleName('w.nspowner')} FROM scope_schema w WHERE w.name = ${schema})`)}
                                    ELSE ${entry('')} END`;

/**
 * SQL for the key of the group of an object. It contains names rather than OIDs, so that equal databases have equal
 * keys and get plans that are equal byte for byte. `acl::text` has current names. If a role is renamed meanwhile, its
 * group has no members, and pgwarden makes the plan again.
 */
export function groupKey(type: string, schema: string, owner: string, acl: string): string {
  const parts = [type, schema, `pg_catalog.pg_get_userbyid(${owner})`, `${acl}::text`];
  return `pg_catalog.md5(pg_catalog.jsonb_build_array(${parts.join(', ')})::text)`;
}

/**
 * SQL that is true of objects that a wildcard matches: all but members of extensions, whose access the extension
 * decides, and constructors of range types, which always belong to the bootstrap superuser.
 */
export function isOwn(catalog: string, oid: string): string {
  return `NOT EXISTS (SELECT FROM scope_brought_along e
                         WHERE e.classid = 'pg_catalog.${catalog}'::regclass AND e.objid = ${oid})`;
}
