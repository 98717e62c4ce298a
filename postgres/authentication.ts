import type { Refusal } from '../core/refusal.ts';
import { refusalAbout } from './classify.ts';
import type { ConnectionTarget } from '../core/connection/target.ts';

/** Authentication requests of a server. Source: PostgreSQL manual, 54.7, Authentication*. */
const request = { ok: 0, cleartext: 3, md5: 5, sasl: 10, saslContinue: 11, saslFinal: 12 } as const;
const boundMechanism = 'SCRAM-SHA-256-PLUS';

/** The state of the login. */
type State = 'started' | 'passwordSent' | 'saslStarted' | 'saslContinued' | 'saslFinished' | 'done';

interface Login {
  readonly target: ConnectionTarget;
  readonly encrypted: boolean;
}

export interface AuthenticationGuard {
  /** Throws a Refusal before a secret is sent to a server that must not get it. */
  check(body: Buffer): void;
  isDone(): boolean;
}

/**
 * Decides which requests of a server may be answered. node-postgres answers all of them in any order: a server that
 * asks for the password in clear text gets it, and a server is trusted even if it never proves that it knows the
 * verifier.
 */
export function authenticationGuard(login: Login): AuthenticationGuard {
  let state: State = 'started';
  let isBound = false;
  const steps: Readonly<Record<number, (body: Buffer) => State>> = {
    [request.ok]: () => {
      refuseUnfinished(login, state, isBound);
      return 'done';
    },
    [request.cleartext]: () => {
      refuseAnother(login, state);
      refuseCleartext(login);
      return 'passwordSent';
    },
    [request.md5]: () => {
      refuseAnother(login, state);
      refuseUnbound(login);
      refuseWithoutPassword(login);
      return 'passwordSent';
    },
    [request.sasl]: (body) => {
      refuseAnother(login, state);
      isBound = offersBinding(login, body);
      if (!isBound) refuseUnbound(login);
      refuseWithoutPassword(login);
      return 'saslStarted';
    },
    [request.saslContinue]: () => inOrder(login, state, 'saslStarted', 'saslContinued'),
    [request.saslFinal]: () => inOrder(login, state, 'saslContinued', 'saslFinished'),
  };
  return {
    check(body) {
      const step = body.length < 4 ? undefined : steps[body.readInt32BE(0)];
      if (step === undefined)
        throw refused(
          login,
          'requires an authentication method that pgwarden does not support, such as Kerberos',
        );
      state = step(body);
    },
    isDone: () => state === 'done',
  };
}

function refused({ target }: Login, what: string, hint = useScram): Refusal {
  return refusalAbout(target, 'DatabaseAuthenticationFailed', (server) => [
    `${server} ${what}; pgwarden sent no secret`,
    hint,
  ]);
}

const useScram =
  'Configure scram-sha-256 in pg_hba.conf of the server, and check that this is your server.';

/** A genuine server asks once. One that asks again may want the password in a form that it can use elsewhere. */
function refuseAnother(login: Login, state: State): void {
  if (state !== 'started') throw refused(login, 'requests a second login');
}

function inOrder(login: Login, state: State, expected: State, next: State): State {
  if (state !== expected) throw refused(login, 'violates the order of a SCRAM login');
  return next;
}

function offersBinding({ target, encrypted }: Login, body: Buffer): boolean {
  const mechanisms = body.toString('latin1', 4).split('\0');
  return encrypted && target.channelBinding !== 'disable' && mechanisms.includes(boundMechanism);
}

function refuseUnbound(login: Login): void {
  if (login.target.channelBinding !== 'require') return;
  throw refused(
    login,
    `does not offer ${boundMechanism}, which channel_binding: require needs`,
    'Use scram-sha-256 over TLS on the server, without a proxy that terminates TLS, or set channel_binding to prefer.',
  );
}

/** Source: check_expected_areq() in fe-auth.c; that the server must prove itself: RFC 5802, 3. */
function refuseUnfinished(login: Login, state: State, isBound: boolean): void {
  const hasProof = state === 'saslFinished';
  if (state === 'done' || (state.startsWith('sasl') && !hasProof))
    throw refused(login, 'ends the login without proof that it knows the password');
  if (!hasProof || !isBound) refuseUnbound(login);
}

function refuseCleartext(login: Login): void {
  refuseUnbound(login);
  refuseWithoutPassword(login);
  const { encrypted, target } = login;
  const isLocal = target.host.startsWith('/');
  const mayBeUnencrypted = target.sslMode === 'disable' || isLocal;
  if (encrypted || mayBeUnencrypted) return;
  throw refused(
    login,
    `requests the password in clear text without TLS, which sslMode ${target.sslMode} does not allow`,
    'Set sslMode to verify-full, or at least require. Use scram-sha-256 on the server.',
  );
}

function refuseWithoutPassword(login: Login): void {
  if (login.target.password !== undefined && login.target.password !== '') return;
  throw refused(
    login,
    'requests a password, but the connection has none',
    'Add the password, or a client certificate that the server accepts, to the connection.',
  );
}
