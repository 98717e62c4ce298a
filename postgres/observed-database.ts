import type { ClientBase } from 'pg';
import { shareLimits } from './answer-limits.ts';
import { sharePrepared } from './prepared.ts';
import type { Database } from './pool.ts';
import type { Session } from './session.ts';

/** Observes work on a database and can end it. */
interface Observer {
  /** The server has responded to a query. */
  readonly progressed: () => void;
  /** Ends running work. */
  readonly signal: AbortSignal;
}

/** Wraps a database so that its work is observed. */
export function observedDatabase(database: Database, observer: Observer): Database {
  return {
    ...database,
    use: (work, options) =>
      database.use(
        (session) => {
          observer.progressed();
          return work(observedSession(session, observer));
        },
        { ...options, signal: options?.signal ?? observer.signal },
      ),
    elsewhere: (name, work) =>
      database.elsewhere(name, (other) => work(observedDatabase(other, observer))),
  };
}

function observedSession(session: Session, observer: Observer): Session {
  const client = observedClient(session.client, observer);
  shareLimits(session.client, client);
  sharePrepared(session.client, client);
  return { ...session, client };
}

/** Forwards everything to the client itself, which keeps its properties. */
function observedClient(client: ClientBase, { progressed }: Observer): ClientBase {
  return new Proxy(client, {
    get(target, key) {
      const value: unknown = Reflect.get(target, key, target);
      if (typeof value !== 'function') return value;
      return (...args: unknown[]): unknown => {
        const result: unknown = Reflect.apply(value, target, args);
        return key === 'query' && result instanceof Promise ? reported(result, progressed) : result;
      };
    },
  });
}

async function reported(result: Promise<unknown>, progressed: () => void): Promise<unknown> {
  const answer = await result;
  progressed();
  return answer;
}
