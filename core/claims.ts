import type { RoleGraph } from './graph.ts';

/** What a policy speaks for, so that two policies never fight over it. Roles are the server's, schemas a database's. */
export interface Claimed {
  readonly roles: readonly string[];
  readonly schemas: readonly string[];
  /**
   * Groups not declared here to which members are added. Nobody else on the server may declare them, for a declared
   * role has what its policy says and nothing else; others may name them too. Absent when there are none.
   */
  readonly groups?: readonly string[];
  /** Roles not declared here that are granted to. The same, but in this database only: grants are in one. */
  readonly named?: readonly string[];
}

/** Members and owners are not claimed in any way: two policies may share a person. */
export function claimsOf(graph: RoleGraph): Claimed {
  const roles = new Set([
    ...graph.roles.map(({ name }) => name),
    ...graph.retirements.map(({ role }) => role),
  ]);
  const schemas = graph.schemas.map(({ name }) => name).sort();
  return { roles: [...roles].sort(), schemas, ...namedBeside(roles, graph) };
}

function namedBeside(
  roles: ReadonlySet<string>,
  { grants, defaultPrivileges, memberships }: RoleGraph,
): Pick<Claimed, 'groups' | 'named'> {
  const beside = (names: readonly string[]): string[] =>
    [...new Set(names)].filter((role) => !roles.has(role)).sort();
  const groups = beside(memberships.map(({ role }) => role));
  const named = beside([
    ...grants.map(({ role }) => role),
    ...defaultPrivileges.map(({ grantee }) => grantee),
  ]);
  return { ...(groups.length === 0 ? {} : { groups }), ...(named.length === 0 ? {} : { named }) };
}
