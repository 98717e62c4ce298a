import type { Live, ServerFacts } from '../core/kind.ts';
import type { Intent } from './contract.ts';

/** An intent as the core wants it, beside what the server said of itself. */
export function liveFor(
  { graph, mode, passwordVersions, appliedPasswords }: Intent,
  server: ServerFacts,
): Live {
  const managed = new Set([
    ...graph.roles.map(({ name }) => name),
    ...graph.retirements.map(({ role }) => role),
  ]);
  return { server, graph, mode, managed, passwordVersions, appliedPasswords };
}
