import type { Live, RoleRights, ServerFacts } from '../core/kind.ts';
import type { Intent } from './contract.ts';

interface Said {
  readonly server: ServerFacts;
  readonly rights: RoleRights;
}

/** An intent as the core wants it, beside what the server said of itself and of the connected role. */
export function liveFor(intent: Intent, { server, rights }: Said): Live {
  const { graph, mode, passwordVersions, appliedPasswords } = intent;
  const managed = managedRoles(intent);
  return { server, rights, graph, mode, managed, passwordVersions, appliedPasswords };
}

/** A retired role that a mode keeps is left alone altogether: it must not lose its access and stay. */
function managedRoles({ graph, mode }: Intent): ReadonlySet<string> {
  const retired = mode === 'authoritative' ? graph.retirements : [];
  return new Set([...graph.roles.map(({ name }) => name), ...retired.map(({ role }) => role)]);
}
