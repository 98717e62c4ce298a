import type { RoleGraph } from '../../core/graph.ts';
import { liveFor } from '../../core/inspect/live-for.ts';
import type { Live } from '../../core/live.ts';

export const emptyGraph: RoleGraph = {
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

/** What a connection as the bootstrap superuser of PostgreSQL 18 reports. */
const reported = {
  server: {
    major: 18,
    database: 'shop',
    user: 'postgres',
    login: 'postgres',
    superuser: true,
    bootstrap: 'postgres',
  },
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
  storedPasswords: new Map(),
  rows: new Map(),
};

/** What planning knows when the bootstrap superuser is connected. */
export function superuserLive(graph: RoleGraph, mode: Live['mode'] = 'authoritative'): Live {
  return liveFor({ graph, mode, passwordVersions: {}, appliedPasswords: {} }, reported);
}
