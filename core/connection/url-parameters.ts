import { nearest } from '../nearest.ts';
import { UrlProblem } from './connection-url.ts';

/** Parameters that pgwarden supports. */
const honoured = [
  'host',
  'port',
  'user',
  'password',
  'dbname',
  'role',
  'sslmode',
  'ssl',
  'sslrootcert',
  'channel_binding',
  'target_session_attrs',
] as const;

export type HonouredParameter = (typeof honoured)[number];

/** Parameters without effect, because pgwarden has its own limits and name. Any value is accepted. */
const withoutEffect: ReadonlySet<string> = new Set([
  'application_name',
  'fallback_application_name',
  'connect_timeout',
  'keepalives',
  'keepalives_idle',
  'keepalives_interval',
  'keepalives_count',
  'tcp_user_timeout',
]);

/** Parameters that are accepted only with the values that pgwarden uses anyway. */
const satisfied: Readonly<Record<string, readonly string[]>> = {
  client_encoding: ['utf8', 'UTF8', 'auto'],
  gssencmode: ['disable', 'prefer'],
  load_balance_hosts: ['disable'],
  min_protocol_version: ['3.0'],
  max_protocol_version: ['3.0', '3.2', 'latest'],
  replication: ['false', 'off', 'no', '0'],
  requiressl: ['0'],
  ssl_max_protocol_version: ['TLSv1.3'],
  ssl_min_protocol_version: ['TLSv1', 'TLSv1.1', 'TLSv1.2'],
  sslcertmode: ['allow'],
  sslcompression: ['0'],
  sslnegotiation: ['postgres'],
  sslsni: ['1'],
};

const certificates =
  'names a file of the worker: put the certificates into the Secret of the URL under ca.crt, tls.crt and tls.key instead';
const file = 'names a file of the worker: write its content into the URL instead';

/** Why other values, or all values, are refused. */
const refused: Readonly<Record<string, string>> = {
  sslcert: certificates,
  sslkey: certificates,
  sslcrl: 'names a file of the worker, and lists of revoked certificates are not supported',
  sslcrldir: 'names a directory of the worker, and lists of revoked certificates are not supported',
  sslkeylogfile: 'names a file of the worker',
  sslpassword: 'is not supported: store the key without a passphrase',
  passfile: file,
  service: file,
  servicefile: file,
  options: 'is not supported, because it would change settings that pgwarden relies on',
  hostaddr: 'is not supported: write the server as host',
  require_auth: 'is not supported: write channel_binding=require or sslmode=verify-full instead',
  gssencmode: 'is require, but pgwarden does not support GSSAPI: use TLS',
  krbsrvname: 'is not supported: pgwarden does not support GSSAPI',
  gsslib: 'is not supported: pgwarden does not support GSSAPI',
  gssdelegation: 'is not supported: pgwarden does not support GSSAPI',
  requirepeer: 'is not supported: limit who can reach the socket directory instead',
  requiressl: 'is not supported: write sslmode=require instead',
  replication: 'is not supported: pgwarden needs a session for queries',
  scram_client_key: 'is not supported: write the password',
  scram_server_key: 'is not supported: write the password',
  oauth_issuer: 'is not supported: pgwarden does not support OAuth',
  oauth_client_id: 'is not supported: pgwarden does not support OAuth',
  oauth_client_secret: 'is not supported: pgwarden does not support OAuth',
  oauth_scope: 'is not supported: pgwarden does not support OAuth',
};

const knownNames = [
  ...new Set<string>([
    ...honoured,
    ...withoutEffect,
    ...Object.keys(satisfied),
    ...Object.keys(refused),
  ]),
];

/**
 * The supported parameters. Throws UrlProblem for a parameter that would be ignored although it has a meaning. Messages
 * repeat only known names: another one may be a piece of a password with an ampersand.
 * Source: PostgreSQL manual, 34.1.2 Parameter Key Words.
 */
export function honouredParameters(
  parameters: readonly (readonly [name: string, value: string])[],
): ReadonlyMap<HonouredParameter, string> {
  return new Map(parameters.flatMap(([name, value]) => honouredParameter(name, value)));
}

function honouredParameter(name: string, value: string): [HonouredParameter, string][] {
  const [known] = honoured.filter((each) => each === name);
  if (known !== undefined) return [[known, value]];
  if (withoutEffect.has(name) || satisfied[name]?.includes(value) === true) return [];
  if (!knownNames.includes(name)) throw new UrlProblem(unknownParameter(name));
  throw new UrlProblem(`has the parameter ${name}, which ${whyRefused(name)}`);
}

function whyRefused(name: string): string {
  return refused[name] ?? `is supported only as ${satisfied[name]?.join(', ') ?? ''}`;
}

function unknownParameter(name: string): string {
  const meant = nearest(name, knownNames);
  return meant === undefined
    ? 'has an unknown parameter'
    : `has an unknown parameter (did you mean ${meant}?)`;
}

/** Why a value of `sslrootcert` is refused. */
export const noFiles = `has the parameter sslrootcert, which ${certificates}`;
