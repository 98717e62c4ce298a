import { roleName } from './catalog/role-name.ts';
import { z } from 'zod';
import type { Ref } from './fact.ts';
import { everyone } from './public.ts';

/** One privilege in an ACL: who has it, from whom, and whether it may be passed on. */
const aclEntry = z
  .tuple([z.string(), z.string(), z.string(), z.boolean(), z.string().optional()])
  .transform(([grantee, grantor, privilege, grantable, shutOutBy]) => ({
    grantee,
    grantor,
    privilege,
    grantable,
    /** Owner of the schema, where the grantor has no USAGE on it and so cannot even name the object. */
    ...(shutOutBy === undefined ? {} : { shutOutBy }),
  }));

export type AclEntry = z.infer<typeof aclEntry> & {
  /** Where the grantor's option goes with what is taken on the whole: that, and whether it stays after all. */
  readonly hangsOn?: readonly (Ref & { readonly stays: boolean })[];
};

/** A role that could make an object run code with the rights of its owner, and by what. */
const codeSource = z.tuple([
  /** PUBLIC stands for everyone. */
  z.string(),
  /** A privilege on the object, or the type of another object that the role owns. */
  z.string(),
  /** Schema and name of that object, where it is another one. */
  z.string().nullable(),
  z.string().nullable(),
]);

export const codeSources = z.array(codeSource);
export type CodeSource = z.infer<typeof codeSource>;

/** Objects of one type that are alike: same schema, owner and ACL. A named object is a group of its own. */
const objectGroup = z.object({
  schema: z.string().nullable(),
  /** As the manifest names it; null for a group of objects no rule names. */
  name: z.string().nullable(),
  /** All that rules call it, each as `type name`, where it can have several names. */
  names: z.array(z.string()).nullish(),
  /** The narrowest word for what it is, where the kind has several: see `words` in grantable-type.ts. */
  subtype: z.string().nullish(),
  /** The object's name as SQL, printed by the server; null for a group. */
  sql: z.string().nullable(),
  /** Key of the group, to ask for its members' names. */
  group: z.string().nullable(),
  owner: z.string(),
  count: z.number(),
  acl: z.array(aclEntry),
  /** A column's own name as SQL; `sql` is then its relation's. */
  column: z.string().nullish(),
  /** A column's relation, with the entries of its own ACL. */
  relation: z
    .object({
      type: z.string(),
      name: z.string(),
      acl: z.array(aclEntry),
      /** Of the group that the relation is in, where no rule names it. */
      groupKey: z.string().nullable(),
    })
    .nullish(),
  /** Who granted privileges on a column and lost the option: how it can be given back for a moment, if so. */
  lost: z
    .array(
      z.object({
        grantor: z.string(),
        privilege: z.string(),
        by: z.enum(['relation', 'column']).nullable(),
        /** Whether it has the privilege on the relation, and on the column, and keeps it. */
        keeps: z.boolean(),
        keepsColumn: z.boolean(),
      }),
    )
    .nullish(),
  /** The object it belongs to and whose owner it has: a column's for its sequence. The name only where a rule has it. */
  follows: z.object({ type: z.string(), name: z.string().nullable() }).nullish(),
  /** Whether it runs code with its owner's rights, where only a wildcard would give it another owner. */
  code: z.boolean().nullish(),
  /** Who else could still make it run code so. Groups differ in it. */
  sources: codeSources.nullish(),
  /** Names, as SQL, of the first objects of a group for which that is so. */
  codeNames: z.array(z.string()).nullish(),
  /** Why a name means no object of this type, in words for people; such a row is no object. */
  hint: z.string().nullish(),
});

export type ObjectGroup = Omit<z.infer<typeof objectGroup>, 'acl'> & { acl: readonly AclEntry[] };

const read = new WeakMap<object, ObjectGroup>();

/** Checks a row's shape, once, though several kinds read it. Throws ZodError. */
export function readObjectGroup(row: unknown): ObjectGroup {
  if (typeof row !== 'object' || row === null) return objectGroup.parse(row);
  const known = read.get(row);
  if (known !== undefined) return known;
  const group = objectGroup.parse(row);
  read.set(row, group);
  return group;
}

/**
 * SQL for the entries of an `aclitem[]` expression that concern a policy, as `objectGroup.acl` wants them.
 * What the owner has from itself is left out: what an owner may do with its object is PostgreSQL's business. `letter` is
 * SQL for the type's in acldefault(): where nothing was granted yet, that is what everyone may do. `schema` is SQL
 * for the name of the schema, where the object is in one.
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

/** A role can have the name that stands for everyone. What it has is left out, not taken for everyone's. */
export const isNamable = `pg_catalog.pg_get_userbyid(a.grantee) <> '${everyone}'`;

/** SQL for the order of entries. That need not be of one moment, and costs less so. */
export const entryOrder = `CASE a.grantee WHEN 0 THEN '${everyone}' ELSE pg_catalog.pg_get_userbyid(a.grantee) END, pg_catalog.pg_get_userbyid(a.grantor), a.privilege_type`;

/**
 * SQL that is true of an ACL entry `a` that concerns a policy: one of a role in scope, or what that one granted
 * onwards, or a grant option that the connected role can use, though it is not the owner's.
 */
export function isConcerned(owner: string): string {
  return `(a.grantee IN (SELECT r.oid FROM scope_role r)
                       OR a.grantor <> ${owner} AND a.grantor IN (SELECT r.oid FROM scope_role r) AND ${isNamable}
                       OR a.is_grantable AND a.grantee <> 0 AND NOT (SELECT c.is_superuser FROM scope_connected c)
                          AND ${isNamable} AND pg_catalog.pg_has_role(a.grantee, 'USAGE'))`;
}

const entry = (more: string): string =>
  `json_build_array(${granteeName}, ${roleName('a.grantor')}, a.privilege_type, a.is_grantable${more})`;

/** With the schema's owner, where the grantor cannot even name the object. */
const entryInSchema = (schema: string, owner: string): string => `
                               CASE WHEN a.grantor <> ${owner} AND NOT pg_catalog.has_schema_privilege(a.grantor, (SELECT w.oid FROM scope_schema w WHERE w.name = ${schema}), 'USAGE')
                                    THEN ${entry(`, (SELECT ${roleName('w.nspowner')} FROM scope_schema w WHERE w.name = ${schema})`)}
                                    ELSE ${entry('')} END`;

/**
 * SQL for the key of the group an object belongs to. Names rather than OIDs go into it, so that equal databases have
 * equal keys, and plans for them are equal byte for byte. `acl::text` has the names of the moment, and so has the key: a
 * role that is renamed meanwhile makes a group without members, and the plan is made again.
 */
export function groupKey(type: string, schema: string, owner: string, acl: string): string {
  const parts = [type, schema, `pg_catalog.pg_get_userbyid(${owner})`, `${acl}::text`];
  return `pg_catalog.md5(pg_catalog.jsonb_build_array(${parts.join(', ')})::text)`;
}

/**
 * SQL that is true of objects a wildcard means: all but members of extensions, whose access the extension decides, and
 * the constructors of range types, which the first superuser owns whoever made the type.
 */
export function isOwn(catalog: string, oid: string): string {
  return `NOT EXISTS (SELECT FROM scope_brought_along e
                         WHERE e.classid = 'pg_catalog.${catalog}'::regclass AND e.objid = ${oid})`;
}
