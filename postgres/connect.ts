import pg from 'pg';
import { requestCancel } from './cancel-request.ts';
import { classifyError } from './classify.ts';
import type { ConnectionTarget } from '../core/connection/target.ts';
import { type LoggedIn, type LoginManner, logIn } from './log-in.ts';
import { isSocketFolder } from './open-socket.ts';
import { withoutHidden } from './redact.ts';
import { type Session, sessionLimits, sessionOf } from './session.ts';
import { endedByTransactionTimeout, refusesStartupOptions } from './session-settings.ts';
import { NoTlsOffered } from './tls.ts';

/** A connection that is logged in. Every wait on it is limited. */
export interface Connection {
  readonly session: Session;
  /** The connected server, one of the hosts of the target. */
  readonly target: ConnectionTarget;
  /** Limits every later wait to slightly more than this statement timeout. */
  limitStatements(statementMs: number): void;
  isUsable(): boolean;
  /** Asks the server to cancel the running statement. Ends in limited time. */
  requestCancel(): Promise<void>;
  /** Whether the connection keeps the process alive. */
  keepsProcess(does: boolean): void;
  /** Ends the session. */
  close(): void;
  /** Resolves when the socket is closed. */
  readonly closed: Promise<void>;
  /** Closes the socket. Pending requests fail with this reason. */
  destroy(reason?: Error): void;
}

/** Extra time for the network and a busy server beyond the server's own timeout. */
const answerMarginMs = 5_000;

/** Connects and determines what the session may do. Throws Refusal. */
export async function connectTo(
  target: ConnectionTarget,
  closing: AbortSignal,
): Promise<Connection> {
  try {
    return await inSomeManner(firstManner(target), async (manner) => {
      const loggedIn = await logIn(target, manner, closing);
      const connection = await connectionOf(loggedIn, target, manner.encrypted);
      if (!connection.session.endsTransactions || !manner.mayTryAgain || !manner.sendsOptions)
        return connection;
      connection.close();
      throw new TransactionsEnd();
    });
  } catch (error) {
    throw withoutHidden(classifyError(error, 'connect', target), target);
  }
}

/** How to connect, as far as responses of the server decide it. */
interface Manner extends LoginManner {
  /** Whether to try the other encryption mode, too. */
  readonly mayChangeEncryption: boolean;
  /** Whether to retry a login that a transaction_timeout ended. */
  readonly mayTryAgain: boolean;
}

function firstManner({ sslMode, host }: ConnectionTarget): Manner {
  const isLocal = isSocketFolder(host);
  return {
    encrypted: !isLocal && sslMode !== 'disable' && sslMode !== 'allow',
    mayChangeEncryption: !isLocal && (sslMode === 'prefer' || sslMode === 'allow'),
    sendsOptions: true,
    setsTransactionTimeout: false,
    mayTryAgain: true,
  };
}

/**
 * Does work in the manner that the server accepts. The manner is not remembered, so that concurrent callers cannot
 * influence each other, and a server that had no TLS once is asked again.
 */
async function inSomeManner<T>(manner: Manner, work: (manner: Manner) => Promise<T>): Promise<T> {
  try {
    return await work(manner);
  } catch (error) {
    const next = nextManner(manner, error);
    if (next === undefined) throw error;
    return inSomeManner(next, work).catch((other: unknown) => {
      // We tried TLS only because the server rejected a login without it.
      throw other instanceof NoTlsOffered ? error : other;
    });
  }
}

/**
 * Thrown when a transaction_timeout of the database or role could end a session before its first transaction disables
 * it.
 */
class TransactionsEnd extends Error {}

/** Undefined if the error is not about the manner. At most three changes are possible. */
function nextManner(tried: Manner, error: unknown): Manner | undefined {
  const isEnded = error instanceof TransactionsEnd || endedByTransactionTimeout(error);
  if (tried.mayTryAgain && isEnded)
    return { ...tried, mayTryAgain: false, setsTransactionTimeout: tried.sendsOptions };
  if (tried.sendsOptions && refusesStartupOptions(error)) return { ...tried, sendsOptions: false };
  if (!tried.mayChangeEncryption || !isAboutEncryption(error)) return undefined;
  return { ...tried, encrypted: !tried.encrypted, mayChangeEncryption: false };
}

/** For example, a server without a pg_hba.conf rule for a login with TLS, or for one without, reports this. */
const invalidAuthorization = '28000';

function isAboutEncryption(error: unknown): boolean {
  return (
    error instanceof NoTlsOffered ||
    (error instanceof pg.DatabaseError && error.code === invalidAuthorization)
  );
}

async function connectionOf(
  { client, socket, stream, clock }: LoggedIn,
  target: ConnectionTarget,
  encrypted: boolean,
): Promise<Connection> {
  let isClosed = false;
  const closed = new Promise<void>((resolve) => {
    if (stream.destroyed) resolve();
    else stream.once('close', resolve);
  });
  try {
    clock.limit(sessionLimits.statementMs + answerMarginMs);
    const session = await sessionOf(client, target.role);
    return {
      session,
      target,
      closed,
      limitStatements(statementMs) {
        clock.limit(statementMs + answerMarginMs);
      },
      requestCancel: () => requestCancel(client, target, encrypted),
      isUsable: () => !isClosed && !stream.destroyed,
      keepsProcess(does) {
        if (does) socket.ref();
        else socket.unref();
      },
      close() {
        isClosed = true;
        // Closes the socket at once if a response is pending.
        void client.end().catch(() => undefined);
      },
      destroy(reason) {
        isClosed = true;
        stream.destroy(reason);
      },
    };
  } catch (error) {
    stream.destroy();
    throw error;
  }
}
