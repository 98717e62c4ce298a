import type { RoleGraph } from './graph.ts';

type Roles = Pick<RoleGraph, 'roles' | 'retirements'>;

/** Roles that the policy manages on the whole server: declared, generated and retired ones, and no external ones. */
export function managedRoles({ roles, retirements }: Roles): ReadonlySet<string> {
  const declared = roles.filter(({ external }) => !external).map(({ name }) => name);
  return new Set([...declared, ...retirements.map(({ role }) => role)]);
}

/** Roles whose undeclared grants on objects are drift: managed and external ones, unless the policy preserves them. */
export function judgedRoles({ roles, retirements }: Roles): ReadonlySet<string> {
  const judged = roles.filter(({ preserveUndeclaredGrants }) => !preserveUndeclaredGrants);
  return new Set([...judged.map(({ name }) => name), ...retirements.map(({ role }) => role)]);
}
