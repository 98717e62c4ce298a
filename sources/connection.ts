import type { ResourceRef } from '../core/document/document.ts';
import type { ConnectionParams } from '../core/manifest/connection.ts';
import { sslModes } from '../core/manifest/connection.ts';
import { Refusal } from '../core/refusal.ts';
import type { ConnectionTarget } from '../postgres/contract.ts';
import { secretText } from './secret-text.ts';
import type { PolicyRecord, PolicySource, SecretRecord } from './source.ts';

export interface ResolvedConnection {
  readonly target: ConnectionTarget;
  /** Version of every Secret the connection was made of, by name. */
  readonly versions: Readonly<Record<string, string>>;
}

const defaultKey = 'DATABASE_URL';
const defaultPort = 5432;
const defaultSslMode = 'prefer'; // as libpq

/**
 * How to reach a policy's database, with the values of the Secrets it names. `parseUrl` is
 * `targetFromUrl` of postgres/.
 *
 * Throws Refusal `SecretMissing`, `InvalidConnectionParams`, or what is wrong with an invalid policy.
 */
export async function resolveConnection(
  source: Pick<PolicySource, 'readSecret'>,
  { ref, content }: Pick<PolicyRecord, 'ref' | 'content'>,
  parseUrl: (url: string) => ConnectionTarget,
): Promise<ResolvedConnection> {
  if ('refusal' in content) throw content.refusal;
  const { secretRef, secretKey = defaultKey, params } = content.spec.connection;
  const secrets = secretReader(source, ref);
  const target =
    secretRef === undefined
      ? await targetFromParams(params ?? {}, secrets.value)
      : parseUrl(await secrets.value({ name: secretRef.name, key: secretKey }));
  return { target, versions: secrets.versions() };
}

interface Selector {
  readonly name: string;
  readonly key: string;
}

type ReadValue = (selector: Selector) => Promise<string>;

/** Reads each Secret once, so that all values of one are of the same version. */
function secretReader(source: Pick<PolicySource, 'readSecret'>, { namespace }: ResourceRef) {
  const secrets = new Map<string, SecretRecord>();
  const value: ReadValue = async ({ name, key }) => {
    const ref = { namespace, name };
    const secret = secrets.get(name) ?? (await source.readSecret(ref));
    if (secret !== undefined) secrets.set(name, secret);
    return secretText(ref, secret, key);
  };
  const versions = () =>
    Object.fromEntries([...secrets].map(([name, { version }]) => [name, version]));
  return { value, versions };
}

async function targetFromParams(
  params: ConnectionParams,
  read: ReadValue,
): Promise<ConnectionTarget> {
  const field = async (name: Field) => {
    const selector = params[`${name}Secret`];
    const text = selector === undefined ? params[name] : await read(selector);
    return text === undefined ? undefined : { text: String(text), place: placeOf(name, selector) };
  };
  const host = requiredText(await field('host'), 'host');
  const database = requiredText(await field('dbname'), 'dbname');
  const user = requiredText(await field('username'), 'username');
  const hidden = [
    ...(params.hostSecret === undefined ? [] : [host]),
    ...(params.dbnameSecret === undefined ? [] : [database]),
    ...(params.usernameSecret === undefined ? [] : [user]),
  ];
  return {
    ...{ host, database, user },
    ...(hidden.length === 0 ? {} : { hidden }),
    port: portNumber(await field('port')),
    password: passwordText(await field('password')),
    role: params.setRole,
    sslMode: sslMode(await field('sslMode')),
  };
}

type Field = 'host' | 'port' | 'dbname' | 'username' | 'password' | 'sslMode';

interface FieldValue {
  readonly text: string;
  readonly place: string;
}

function placeOf(field: Field, selector: Selector | undefined): string {
  const from = selector === undefined ? '' : ` (key ${selector.key} of Secret ${selector.name})`;
  return `connection.params.${field}${from}`;
}

/** White space around a value is a Secret made with `echo`; no name or host has it. */
function requiredText(value: FieldValue | undefined, field: Field): string {
  const text = value?.text.trim() ?? '';
  if (text === '') throw blank(value?.place ?? placeOf(field, undefined));
  return text;
}

/** A password is taken as it is: white space may be part of it. */
function passwordText(value: FieldValue | undefined): string {
  if (value === undefined || value.text.trim() === '') {
    throw blank(value?.place ?? placeOf('password', undefined));
  }
  return value.text;
}

function blank(place: string): Refusal {
  const hint = 'Write a value, or name a Secret key that has one.';
  return new Refusal('InvalidConnectionParams', `${place} is blank`, hint);
}

function portNumber(value: FieldValue | undefined): number {
  if (value === undefined) return defaultPort;
  const text = value.text.trim();
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (port < 1 || port > 65_535) {
    const hint = 'Write a number from 1 to 65535.';
    throw new Refusal('InvalidConnectionParams', `${value.place} is not a port`, hint);
  }
  return port;
}

function sslMode(value: FieldValue | undefined): ConnectionTarget['sslMode'] {
  if (value === undefined) return defaultSslMode;
  const text = value.text.trim();
  const mode = sslModes.find((each) => each === text);
  if (mode === undefined) {
    const hint = `Use one of ${sslModes.join(', ')}.`;
    throw new Refusal('InvalidConnectionParams', `${value.place} is not an sslMode`, hint);
  }
  return mode;
}
