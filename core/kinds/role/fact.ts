import type { Fact } from '../../fact.ts';

export const attributes = [
  'login',
  'superuser',
  'createdb',
  'createrole',
  'inherit',
  'replication',
  'bypassrls',
] as const;

type Attribute = (typeof attributes)[number];

export type RoleState = Readonly<Record<Attribute, boolean>> & {
  readonly connectionLimit: number;
  readonly validUntil: number | undefined;
  readonly comment: string | undefined;
};

export interface RoleFact extends Fact {
  readonly kind: 'role';
  readonly id: { readonly name: string };
  readonly state: RoleState;
}

/** Changes of a role's settings count as changes of the role. */
export const alteredRoles = { roles_altered: { place: 20, line: ['~', 'role'] } } as const;
