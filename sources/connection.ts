import type { ResourceRef } from '../core/document/document.ts';
import type { CloudAuth } from '../core/manifest/cloud-auth.ts';
import type { SecretKeySelector } from '../core/manifest/connection-params.ts';
import type { ConnectionTarget } from '../core/connection/target.ts';
import { targetFromUrl } from '../core/connection/target-from-url.ts';
import { targetFromParams } from './connection-params.ts';
import type { PlacedText } from './pem.ts';
import { secretText } from './secret-text.ts';
import type { PolicyRecord, PolicySource, SecretRecord } from './source.ts';
import { tlsMaterial } from './tls-material.ts';

export interface ResolvedConnection {
  /** Without a password if there is `auth`: see `CloudTokens`. */
  readonly target: ConnectionTarget;
  /** The cloud identity to log in with. */
  readonly auth?: CloudAuth;
  /** Version of every Secret that the connection uses, by name. */
  readonly versions: Readonly<Record<string, string>>;
}

const defaultKey = 'DATABASE_URL';

/**
 * Resolves the connection of a policy with the values of the Secrets it names.
 *
 * Throws Refusal `SecretMissing`, `InvalidConnectionParams`, or the refusal of an invalid policy.
 */
export async function resolveConnection(
  source: Pick<PolicySource, 'readSecret'>,
  { ref, content }: Pick<PolicyRecord, 'ref' | 'content'>,
): Promise<ResolvedConnection> {
  if ('refusal' in content) throw content.refusal;
  const { secretRef, secretKey = defaultKey, params } = content.spec.connection;
  const secrets = secretReader(source, ref);
  const target =
    secretRef === undefined
      ? await targetFromParams(params ?? {}, secrets.value)
      : await targetFromSecret(secrets, { name: secretRef.name, key: secretKey });
  const auth = params?.auth;
  return { target, ...(auth === undefined ? {} : { auth }), versions: secrets.versions() };
}

interface SecretReader {
  readonly value: (selector: SecretKeySelector) => Promise<string>;
  /** Undefined if the key does not exist. */
  readonly optional: (selector: SecretKeySelector) => Promise<PlacedText | undefined>;
  readonly versions: () => Readonly<Record<string, string>>;
}

/** Reads each Secret once, so that all its values have the same version. */
function secretReader(
  source: Pick<PolicySource, 'readSecret'>,
  { namespace }: ResourceRef,
): SecretReader {
  const secrets = new Map<string, SecretRecord>();
  const read = async (name: string) => {
    const secret = secrets.get(name) ?? (await source.readSecret({ namespace, name }));
    if (secret !== undefined) secrets.set(name, secret);
    return secret;
  };
  const value: SecretReader['value'] = async ({ name, key }) =>
    secretText({ namespace, name }, await read(name), key);
  return {
    value,
    optional: async ({ name, key }) => {
      const secret = await read(name);
      if (secret?.data.has(key) !== true) return undefined;
      return { text: await value({ name, key }), place: `key ${key} of Secret ${name}` };
    },
    versions: () => Object.fromEntries([...secrets].map(([name, { version }]) => [name, version])),
  };
}

/** The Secret with the URL may also contain certificates, under the key names of cert-manager and similar tools. */
async function targetFromSecret(
  { value, optional }: SecretReader,
  { name, key }: SecretKeySelector,
): Promise<ConnectionTarget> {
  const url = await value({ name, key });
  const texts = {
    ca: await optional({ name, key: 'ca.crt' }),
    cert: await optional({ name, key: 'tls.crt' }),
    key: await optional({ name, key: 'tls.key' }),
  };
  return targetFromUrl(url, tlsMaterial(texts));
}
