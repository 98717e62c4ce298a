import { z } from 'zod';
import { type Edit, type Effect, type Fact, accessEffect } from '../../fact.ts';
import { defaultType } from '../grant/types/all.ts';

/** One privilege a grantee gets on objects that an owner creates later, in a schema or wherever. */
export interface DefaultPrivilegeFact extends Fact {
  readonly kind: 'default_privilege';
  readonly id: {
    readonly owner: string;
    /** Undefined for global ones: objects in whatever schema, and those in none. */
    readonly schema: string | undefined;
    readonly onType: string;
    readonly grantee: string;
    readonly privilege: string;
  };
  readonly state: { readonly grantable: boolean };
  /** True for what must go when it is not declared. */
  readonly judged: boolean;
  /** For all default privileges of a retired owner at once, in one row: their grantees. */
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

/** Facts of one edge can share a statement: they differ in the privilege. */
export function edgeOf({ id }: DefaultPrivilegeFact): string {
  return [id.owner, id.schema ?? '', id.onType, id.grantee].join('\0');
}

export function defaultPrivilegeEffect(edit: Edit<DefaultPrivilegeFact>): Effect {
  return accessEffect(edit, (_from, { state }) => state.grantable);
}
