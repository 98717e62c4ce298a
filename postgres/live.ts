import type { Live } from '../core/live.ts';
import { reachIn } from '../core/kinds/role/reach.ts';
import type { Intent, Passwords } from './contract.ts';
import type { Inspection } from './inspect.ts';
import { comparePasswords } from './stored-passwords.ts';

/** Combines an intent with what the server reports about itself, the connected role and passwords, for the core. */
export async function liveFor(
  intent: Intent,
  { server, rights, passwords: stored, rows }: Inspection,
  passwords: Passwords,
): Promise<Live> {
  const { graph, mode, passwordVersions, appliedPasswords } = intent;
  const own = graph.roles.filter(({ external }) => !external);
  const judged = graph.roles.filter(({ preserveUndeclaredGrants }) => !preserveUndeclaredGrants);
  const retired = retiredRoles(intent);
  return {
    server,
    rights,
    graph,
    mode,
    reach: reachIn(rows),
    isCautious: intent.isCautious === true,
    managed: new Set([...own.map(({ name }) => name), ...retired]),
    judged: new Set([...judged.map(({ name }) => name), ...retired]),
    passwordVersions,
    appliedPasswords,
    storedPasswords: await comparePasswords(stored, passwords),
  };
}

/** A retired role that the mode keeps is not changed at all: it must not lose its access and stay. */
function retiredRoles({ graph, mode }: Intent): readonly string[] {
  return mode === 'authoritative' ? graph.retirements.map(({ role }) => role) : [];
}
