import { newRolesIn } from '../kinds/role/role.ts';
import { reachIn } from '../kinds/role-reach.ts';
import type { Live, LiveRows } from '../live.ts';
import { judgedRoles, managedRoles } from '../policy-roles.ts';

/** What a policy declares. `isCautious` is false by default. */
type Declared = Pick<Live, 'graph' | 'mode' | 'passwordVersions' | 'appliedPasswords'> &
  Partial<Pick<Live, 'isCautious'>>;

/** What the server reports. */
type Reported = Pick<Live, 'server' | 'rights' | 'storedPasswords'> & { readonly rows: LiveRows };

/** Combines what the policy declares with what the server reports about itself, the connected role and passwords. */
export function liveFor(declared: Declared, reported: Reported): Live {
  const { graph, mode, passwordVersions, appliedPasswords, isCautious = false } = declared;
  const { server, rights, storedPasswords, rows } = reported;
  // Only mode authoritative drops retired roles. In the other modes they keep their access, because they stay.
  const { roles } = graph;
  const retirements = mode === 'authoritative' ? graph.retirements : [];
  return {
    server,
    rights,
    graph,
    mode,
    reach: reachIn(rows),
    isCautious,
    managed: managedRoles({ roles, retirements }),
    newRoles: newRolesIn(rows, { graph, mode }),
    judged: judgedRoles({ roles, retirements }),
    passwordVersions,
    appliedPasswords,
    storedPasswords,
  };
}
