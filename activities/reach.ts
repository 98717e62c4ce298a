import { activityInfo } from '@temporalio/activity';
import { observedDatabase } from '../postgres/observed-database.ts';
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
  deps: Pick<ActivityDeps, 'source' | 'pools' | 'tokens' | 'bounds' | 'admission'>,
  policy: ReadyPolicy,
  attempt: Attempt,
  work: (connected: Connected) => Promise<T>,
): Promise<T> {
  const connected = await connectionOf(deps, policy);
  const { database } = connected;
  const admission = activityInfo().isLocal ? deps.admission.local : deps.admission.remote;
  return admission.run(placeOf(database.target, policy.ref.namespace), async () => {
    attempt.signal.throwIfAborted();
    return work({ ...connected, database: observedDatabase(database, attempt) });
  });
}

export function placeOf(
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
