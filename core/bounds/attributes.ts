import type { RoleSpec } from '../graph.ts';

/** Attributes with rights that no grant can give, by their names in a manifest. */
export const attributes = [
  'login',
  'superuser',
  'createdb',
  'createrole',
  'replication',
  'bypassrls',
] as const satisfies readonly (keyof RoleSpec)[];
