import { createRemoteJWKSet, errors, jwtVerify, type JWTVerifyGetKey } from 'jose';
import { z } from 'zod';
import type { CodecConfiguration } from './configuration.ts';

type Verdict = 'may read' | 'unknown' | 'must not read';

/** Decides by the token of a request's `Authorization` header who may read. */
export type Readers = (authorization: string | undefined) => Promise<Verdict>;

const timeoutMs = 5_000;

/** Only signatures with a private key: the provider's public keys are no secrets. */
const algorithms = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'EdDSA',
];

/** Asks the OpenID provider for its public keys when it first needs them, and keeps them for minutes. */
export function readersOf({
  issuer,
  audience,
  claim,
  allowed,
}: Pick<CodecConfiguration, 'issuer' | 'audience' | 'claim' | 'allowed'>): Readers {
  let discovering: Promise<JWTVerifyGetKey> | undefined;
  const keys = (): Promise<JWTVerifyGetKey> => {
    discovering ??= discover(issuer).catch((error: unknown) => {
      discovering = undefined;
      throw error;
    });
    return discovering;
  };
  return async (authorization) => {
    const token = /^Bearer (\S+)$/i.exec(authorization ?? '')?.[1];
    if (token === undefined) return 'unknown';
    try {
      const options = { issuer, audience, algorithms, requiredClaims: ['exp'] };
      const { payload } = await jwtVerify(token, await keys(), options);
      const values = [payload[claim]].flat();
      return values.some((value) => typeof value === 'string' && allowed.includes(value))
        ? 'may read'
        : 'must not read';
    } catch (error) {
      if (error instanceof errors.JOSEError && !(error instanceof errors.JWKSTimeout))
        return 'unknown';
      throw error;
    }
  };
}

const metadata = z.object({ issuer: z.string(), jwks_uri: z.url() });

async function discover(issuer: string): Promise<JWTVerifyGetKey> {
  const url = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
  const response = await fetch(url, { signal: AbortSignal.timeout(timeoutMs), redirect: 'error' });
  const found = metadata.parse(await response.json());
  if (found.issuer !== issuer) throw new Error('the OpenID provider names another issuer');
  return createRemoteJWKSet(new URL(found.jwks_uri), { timeoutDuration: timeoutMs });
}
