import type { RoleSpec } from '../graph.ts';

/** Attributes that let a role do what no grant gives, as a manifest spells them. */
export const attributes = [
  'login',
  'superuser',
  'createdb',
  'createrole',
  'replication',
  'bypassrls',
] as const satisfies readonly (keyof RoleSpec)[];
