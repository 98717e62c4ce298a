import type { DefaultPrivilegeSpec, GrantSpec, RoleGraph } from '../graph.ts';

/**
 * The graph for mode `revoke`, when a deleted policy revokes what it granted: its grants, default privileges and
 * memberships must be absent. It declares nothing else, so access from others, roles with their attributes and passwords,
 * schemas and ownership stay.
 */
export function revocationOf(graph: RoleGraph): RoleGraph {
  const { grants, defaultPrivileges, memberships } = graph;
  return {
    roles: [],
    schemas: [],
    grants: grants.filter(isGranted).map(asAbsent),
    defaultPrivileges: defaultPrivileges.filter(isGranted).map(asAbsent),
    memberships: [],
    absentMemberships: memberships.map(({ role, member }) => ({ role, member })),
    exclusiveGroups: [],
    ownerships: [],
    retirements: [],
    coverage: 'declared',
  };
}

type Rule = GrantSpec | DefaultPrivilegeSpec;

function isGranted({ ensure }: Rule): boolean {
  return ensure === 'present';
}

function asAbsent<T extends Rule>(rule: T): T {
  return { ...rule, ensure: 'absent' };
}
