import type { RoleGraph } from '../../core/graph.ts';
import type { Live } from '../../core/live.ts';

export const nothing: RoleGraph = {
  roles: [],
  schemas: [],
  grants: [],
  defaultPrivileges: [],
  memberships: [],
  absentMemberships: [],
  exclusiveGroups: [],
  ownerships: [],
  retirements: [],
  coverage: 'declared',
};

/** What the core knows of a server when a superuser is connected. */
export function liveFor(graph: RoleGraph, mode: Live['mode'] = 'authoritative'): Live {
  const managed = [...graph.roles.map(({ name }) => name), ...graph.retirements.map((r) => r.role)];
  const server = {
    major: 18,
    database: 'shop',
    user: 'postgres',
    login: 'postgres',
    superuser: true,
    bootstrap: 'postgres',
  };
  return {
    server,
    rights: {
      usable: [],
      inherited: [],
      settable: [],
      grantable: [],
      selfGranted: [],
      attributes: [],
      createsSchemas: true,
      closedSchemas: [],
      ways: [],
      service: null,
    },
    graph,
    mode,
    reach: new Map(),
    isCautious: false,
    managed: new Set(managed),
    judged: new Set(managed),
    passwordVersions: {},
    appliedPasswords: {},
    storedPasswords: new Map(),
  };
}
