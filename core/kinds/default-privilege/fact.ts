import { z } from 'zod';
import { type Edit, type Effect, type Fact, accessEffect } from '../../fact.ts';
import { defaultType } from '../grant/types/all.ts';

/** One privilege that a grantee gets on objects that an owner creates later, in one schema or in any. */
export interface DefaultPrivilegeFact extends Fact {
  readonly kind: 'default_privilege';
  readonly id: {
    readonly owner: string;
    /** Undefined for global default privileges, which apply to objects in every schema and in none. */
    readonly schema: string | undefined;
    readonly onType: string;
    readonly grantee: string;
    readonly privilege: string;
  };
  readonly state: { readonly grantable: boolean };
  /** True if the privilege must be revoked unless it is declared. */
  readonly judged: boolean;
  /** Set when one fact stands for a whole row of a retired owner: the grantees of that row. */
  readonly cleared?: readonly string[];
}

/** One row of pg_default_acl, with the entries of grantees in scope. */
export const defaultAcl = z.object({
  owner: z.string(),
  schema: z.string().nullable(),
  letter: z.string(),
  acl: z.array(z.tuple([z.string(), z.string(), z.boolean()])),
});
export type DefaultAcl = z.infer<typeof defaultAcl>;

/** `tables that maker creates in schema app`. */
export function objectsOf({ owner, schema, onType }: DefaultPrivilegeFact['id']): string {
  const where = schema === undefined ? '' : ` in schema ${schema}`;
  return `${defaultType(onType).plural} that ${owner} creates${where}`;
}

export function defaultKey({
  owner,
  schema,
  onType,
  grantee,
  privilege,
}: DefaultPrivilegeFact['id']): string {
  return [owner, schema ?? '', onType, grantee, privilege].join('\0');
}

/** Facts with the same edge can share a statement. They differ only in the privilege. */
export function edgeOf({ id }: DefaultPrivilegeFact): string {
  return [id.owner, id.schema ?? '', id.onType, id.grantee].join('\0');
}

export function defaultPrivilegeEffect(edit: Edit<DefaultPrivilegeFact>): Effect {
  return accessEffect(edit, (_from, { state }) => state.grantable);
}
