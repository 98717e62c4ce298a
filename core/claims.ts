import type { RoleGraph } from './graph.ts';

/**
 * What a policy speaks for, so that two policies never fight over it. Roles are the server's, schemas a database's.
 * Roles that are only named, as member or grantee, are not claimed: two policies may share a person.
 */
export function claimsOf(graph: RoleGraph): {
  readonly roles: readonly string[];
  readonly schemas: readonly string[];
} {
  return {
    roles: [
      ...new Set([
        ...graph.roles.map(({ name }) => name),
        ...graph.retirements.map(({ role }) => role),
      ]),
    ].sort(),
    schemas: graph.schemas.map(({ name }) => name).sort(),
  };
}
