import type { ConnectionTarget } from '../../core/connection/target.ts';
import { tokenReach } from '../../core/manifest/cloud-auth.ts';
import { Refusal } from '../../core/refusal.ts';
import type { ResolvedConnection } from '../connection.ts';
import { noToken, safeReason } from './failure.ts';
import type { CloudToken, TokenRequest } from './token.ts';

export interface CloudTokens {
  /**
   * Returns the target to connect to, with the token of its cloud identity as the password if it uses one. Call it only
   * after the bounds have allowed the connection. Throws Refusal `CloudTokenFailed`.
   */
  withToken(connection: Pick<ResolvedConnection, 'target' | 'auth'>): Promise<ConnectionTarget>;
}

export interface CloudTokensOptions {
  readonly now?: () => number;
  /** How long a cloud may take to respond. Default 10 seconds. */
  readonly timeoutMs?: number;
}

/**
 * A token is renewed this long before it expires, so that work that starts with it has time to open all its
 * connections.
 */
const renewalMs = 5 * 60_000;
/** If it cannot be renewed, it is used until this long before it expires, because clocks differ. */
const graceMs = 60_000;

/** Caches one token per request until it must be renewed. */
export function cloudTokens({
  now = Date.now,
  timeoutMs = 10_000,
}: CloudTokensOptions = {}): CloudTokens {
  const tokens = new Map<string, CloudToken>();
  const pending = new Map<string, Promise<CloudToken>>();
  const isGood = (token: CloudToken | undefined, marginMs: number): token is CloudToken =>
    token !== undefined && token.expiresAt.getTime() - marginMs > now();
  const renewed = (key: string, request: TokenRequest): Promise<CloudToken> => {
    const running = pending.get(key);
    if (running !== undefined) return running;
    const started = fetchToken(request, timeoutMs)
      .then((token) => {
        tokens.set(key, token);
        return token;
      })
      .finally(() => pending.delete(key));
    pending.set(key, started);
    return started;
  };
  const tokenFor = async (request: TokenRequest): Promise<CloudToken> => {
    for (const [key, token] of tokens) if (!isGood(token, 0)) tokens.delete(key);
    const key = keyOf(request);
    const known = tokens.get(key);
    if (isGood(known, renewalMs)) return known;
    try {
      return await renewed(key, request);
    } catch (error) {
      if (isGood(known, graceMs)) return known;
      throw error;
    }
  };
  return {
    async withToken({ target, auth }) {
      if (auth === undefined) return target;
      const { host, port, user } = target;
      const { text } = await tokenFor({ auth, host, port, user });
      return { ...target, password: text };
    },
  };
}

/** A token that is valid everywhere is shared by all servers and users. */
function keyOf({ auth, host, port, user }: TokenRequest): string {
  const identity = Object.entries(auth).sort();
  return JSON.stringify(tokenReach(auth) === 'host' ? [identity, host, port, user] : [identity]);
}

async function fetchToken(request: TokenRequest, timeoutMs: number): Promise<CloudToken> {
  let timer: NodeJS.Timeout | undefined;
  const end = new Promise<never>((_resolve, reject) => {
    const seconds = String(timeoutMs / 1_000);
    timer = setTimeout(() => {
      reject(noToken(request.auth, `the cloud did not respond within ${seconds} seconds`));
    }, timeoutMs);
  });
  try {
    const token = await Promise.race([askCloud(request), end]);
    if (isToken(token)) return token;
  } catch (error) {
    throw error instanceof Refusal ? error : noToken(request.auth, safeReason(error));
  } finally {
    clearTimeout(timer);
  }
  throw noToken(request.auth, 'the response has no token that can be used as a password');
}

function isToken({ text, expiresAt }: CloudToken): boolean {
  return /^[\x21-\x7e]+$/.test(text) && !Number.isNaN(expiresAt.getTime());
}

/** Loads the SDK of a cloud when the first connection needs it. */
async function askCloud(request: TokenRequest): Promise<CloudToken> {
  switch (request.auth.type) {
    case 'aws_rds_iam':
      return (await import('./aws.ts')).awsToken(request);
    case 'gcp_workload_identity':
      return (await import('./gcp.ts')).gcpToken(request);
    case 'azure_workload_identity':
      return (await import('./azure.ts')).azureToken(request);
  }
}
