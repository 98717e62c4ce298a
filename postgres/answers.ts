import type { ClientBase } from 'pg';
import type { Database } from './pool.ts';
import type { Session } from './session.ts';

/** The same database; `onAnswer` is called whenever the server has answered a query. */
export function reportingAnswers(database: Database, onAnswer: () => void): Database {
  return {
    ...database,
    use: (work) =>
      database.use((session) => {
        onAnswer();
        return work(reportingSession(session, onAnswer));
      }),
    elsewhere: (name, work) =>
      database.elsewhere(name, (other) => work(reportingAnswers(other, onAnswer))),
  };
}

function reportingSession(session: Session, onAnswer: () => void): Session {
  return { ...session, client: reportingClient(session.client, onAnswer) };
}

/** Everything goes to the client itself, which keeps what is set on it. */
function reportingClient(client: ClientBase, onAnswer: () => void): ClientBase {
  return new Proxy(client, {
    get(target, key) {
      const value: unknown = Reflect.get(target, key, target);
      if (typeof value !== 'function') return value;
      return (...args: unknown[]): unknown => {
        const result: unknown = Reflect.apply(value, target, args);
        return key === 'query' && result instanceof Promise ? reported(result, onAnswer) : result;
      };
    },
  });
}

async function reported(result: Promise<unknown>, onAnswer: () => void): Promise<unknown> {
  const answer = await result;
  onAnswer();
  return answer;
}
