import type { Live, RoleRights, ServerFacts } from '../core/kind.ts';
import type { Intent } from './contract.ts';

interface Said {
  readonly server: ServerFacts;
  readonly rights: RoleRights;
}

/** An intent as the core wants it, beside what the server said of itself and of the connected role. */
export function liveFor(intent: Intent, { server, rights }: Said): Live {
  const { graph, mode, passwordVersions, appliedPasswords } = intent;
  const own = graph.roles.filter(({ external }) => !external);
  const judged = graph.roles.filter(({ preserveUndeclaredGrants }) => !preserveUndeclaredGrants);
  const retired = retiredRoles(intent);
  return {
    server,
    rights,
    graph,
    mode,
    managed: new Set([...own.map(({ name }) => name), ...retired]),
    judged: new Set([...judged.map(({ name }) => name), ...retired]),
    passwordVersions,
    appliedPasswords,
  };
}

/** A retired role that a mode keeps is left alone altogether: it must not lose its access and stay. */
function retiredRoles({ graph, mode }: Intent): readonly string[] {
  return mode === 'authoritative' ? graph.retirements.map(({ role }) => role) : [];
}
