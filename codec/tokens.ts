import { createRemoteJWKSet, errors, jwtVerify, type JWTVerifyGetKey } from 'jose';
import { z } from 'zod';
import type { CodecConfiguration } from './configuration.ts';

/**
 * The groups of the person whose token is in a request's `Authorization` header. Undefined if the token is missing or not
 * valid.
 */
export type GroupsOf = (
  authorization: string | undefined,
) => Promise<readonly string[] | undefined>;

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
export function groupsIn({
  issuer,
  audience,
  claim,
}: Pick<CodecConfiguration, 'issuer' | 'audience' | 'claim'>): GroupsOf {
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
    if (token === undefined) return undefined;
    try {
      const options = { issuer, audience, algorithms, requiredClaims: ['exp'] };
      const { payload } = await jwtVerify(token, await keys(), options);
      return [payload[claim]].flat().filter((value) => typeof value === 'string');
    } catch (error) {
      if (error instanceof errors.JOSEError && !(error instanceof errors.JWKSTimeout))
        return undefined;
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
  const keys = new URL(found.jwks_uri);
  if (keys.protocol !== new URL(issuer).protocol)
    throw new Error('its keys are not at an https URL');
  return createRemoteJWKSet(keys, { timeoutDuration: timeoutMs });
}
