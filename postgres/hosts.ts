import { failureClass } from '../core/error-codes.ts';
import { Refusal } from '../core/refusal.ts';
import { refusalAbout } from './classify.ts';
import { type Connection, connectTo } from './connect.ts';
import type { ConnectionTarget } from '../core/connection/target.ts';

/** For all hosts together. */
const allHostsTimeoutMs = 25_000;

/**
 * Tries the next host only if a server is unreachable: the other servers would reject a login, too. libpq does the
 * same.
 */
function mayTryNext(error: unknown): error is Refusal {
  return error instanceof Refusal && failureClass(error.code) === 'transient';
}

/** Connects to the first host that responds and has the requested attributes. Throws Refusal. */
export async function connectToAny(
  target: ConnectionTarget,
  closing: AbortSignal,
): Promise<Connection> {
  const hosts = [target, ...(target.otherHosts ?? [])];
  const deadline = AbortSignal.timeout(allHostsTimeoutMs);
  const signal = AbortSignal.any([closing, deadline]);
  const failures: Refusal[] = [];
  for (const { host, port } of hosts) {
    if (deadline.aborted) break;
    try {
      return await connectSuitable({ ...target, host, port }, signal);
    } catch (error) {
      if (!mayTryNext(error) || closing.aborted) throw error;
      failures.push(error);
    }
  }
  throw noSuitable(target, failures);
}

async function connectSuitable(target: ConnectionTarget, signal: AbortSignal): Promise<Connection> {
  const connection = await connectTo(target, signal);
  if (target.sessionAttributes !== 'read-write' || connection.session.isWritable) return connection;
  connection.close();
  throw refusalAbout(target, 'DatabaseConnectionFailed', (server) => [
    `${server} is a standby or read-only, but target_session_attrs is read-write`,
    'Wait until a server is promoted, or name the primary in the connection.',
  ]);
}

function noSuitable(target: ConnectionTarget, failures: readonly Refusal[]): Refusal {
  const [first, ...others] = failures;
  if (first !== undefined && others.length === 0 && target.otherHosts === undefined) return first;
  const reasons = failures.map(({ message }) => message);
  return refusalAbout(target, 'DatabaseConnectionFailed', () => [
    `none of the hosts can be used: ${reasons.join('; ')}`,
    first?.hint ?? 'Check that one of the servers is running and reachable from here.',
  ]);
}
