import { Refusal } from '../core/refusal.ts';
import type { ConnectionTarget } from '../core/connection/target.ts';

/**
 * Refuses names that the server would read differently. The startup packet ends each name with a zero byte, so a
 * database named `shop\0user\0postgres` would log in as postgres. Manifests and URLs are checked earlier; this is the
 * last check before the network, for every source of the target.
 */
export function refuseControlCharacters(target: ConnectionTarget): void {
  const { database, user, role = '', host, otherHosts = [] } = target;
  const names = {
    host: [host, ...otherHosts.map((other) => other.host)],
    database: [database],
    user: [user],
    setRole: [role],
  };
  for (const [field, values] of Object.entries(names)) {
    if (values.some((value) => /\p{Cc}/u.test(value))) throw controlCharacter(field);
  }
}

function controlCharacter(field: string): Refusal {
  return new Refusal(
    'InvalidConnectionParams',
    `the ${field} of the connection contains a control character`,
    'Remove it. Often it is a line break at the end of a value in a Secret.',
  );
}
