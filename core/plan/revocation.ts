import type { DefaultPrivilegeSpec, GrantSpec, RoleGraph } from '../graph.ts';

/**
 * What is left to want when a policy goes and takes with it what it granted: its grants, default privileges and
 * memberships are to be absent. Of everything else it says nothing any more, so that access its roles have from
 * others stays, and so do roles, their attributes and passwords, schemas, and who owns what. For mode `revoke`.
 */
export function revocationOf(graph: RoleGraph): RoleGraph {
  const { grants, defaultPrivileges, memberships } = graph;
  return {
    roles: [],
    schemas: [],
    grants: grants.filter(isGranted).map(taken),
    defaultPrivileges: defaultPrivileges.filter(isGranted).map(taken),
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

function taken<T extends Rule>(rule: T): T {
  return { ...rule, ensure: 'absent' };
}
