import { activityInfo } from '@temporalio/activity';
import { observedDatabase } from '../postgres/observed-database.ts';
import type { Database } from '../postgres/pool.ts';
import type { ConnectionTarget } from '../core/connection/target.ts';
import type { ServerUse } from './admission.ts';
import type { Attempt } from './attempt.ts';
import type { ActivityDeps } from './deps.ts';
import { connectionOf, type Connected } from './target.ts';
import type { ReadyPolicy } from './ready-policy.ts';

/**
 * Runs work on a policy's database, within the limits per server and namespace of this worker. Throws the Refusal of
 * `connectionOf`, or `ServerBusy` at once.
 */
export async function withDatabase<T>(
  deps: Pick<ActivityDeps, 'source' | 'pools' | 'tokens' | 'bounds' | 'zones' | 'admission'>,
  policy: ReadyPolicy,
  attempt: Attempt,
  work: (connected: Connected) => Promise<T>,
): Promise<T> {
  const connected = await connectionOf(deps, policy);
  const use = { database: connected.database, namespace: policy.ref.namespace, attempt };
  return admitted(deps, use, (database) => work({ ...connected, database }));
}

interface DatabaseUse {
  readonly database: Database;
  readonly namespace: string;
  readonly attempt: Attempt;
}

/** Runs work on a database, within the same limits. The work ends with the attempt. */
export function admitted<T>(
  { admission: { local, remote } }: Pick<ActivityDeps, 'admission'>,
  { database, namespace, attempt }: DatabaseUse,
  work: (database: Database) => Promise<T>,
): Promise<T> {
  const admission = activityInfo().isLocal ? local : remote;
  return admission.run(placeOf(database.target, namespace), async () => {
    attempt.signal.throwIfAborted();
    return work(observedDatabase(database, attempt));
  });
}

function placeOf(
  { host, port, otherHosts = [], hidden }: ConnectionTarget,
  namespace: string,
): ServerUse {
  const addresses = [{ host, port }, ...otherHosts].map((each) => `${each.host}:${each.port}`);
  return {
    server: addresses.sort().join(','),
    // An address from a Secret must not appear in messages.
    label: hidden === undefined ? addresses.join(',') : '(from a Secret)',
    namespace,
  };
}
