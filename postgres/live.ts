import type { Live, RoleRights, ServerFacts } from '../core/kind.ts';
import type { Intent } from './contract.ts';

interface Said {
  readonly server: ServerFacts;
  readonly rights: RoleRights;
}

/** An intent as the core wants it, beside what the server said of itself and of the connected role. */
export function liveFor(intent: Intent, { server, rights }: Said): Live {
  const { graph, mode, passwordVersions, appliedPasswords } = intent;
  const declared = graph.roles.map(({ name }) => name);
  const managed = new Set([...declared, ...graph.retirements.map(({ role }) => role)]);
  return { server, rights, graph, mode, managed, passwordVersions, appliedPasswords };
}
