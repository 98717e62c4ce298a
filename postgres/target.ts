import { sslModes } from '../core/manifest/connection.ts';
import { roleName } from '../core/manifest/identifier.ts';
import { Refusal } from '../core/refusal.ts';
import type { ConnectionTarget } from './contract.ts';

const urlPattern =
  /^postgres(?:ql)?:\/\/(?:(?<user>[^:/?]*)(?::(?<password>[^/?]*))?@)?(?<address>[^/?@]*)(?:\/(?<database>[^?@]*))?(?:\?(?<query>.*))?$/s;
const addressPattern = /^(?<host>\[[^\]]*\]|[^:[\]]*)(?::(?<port>\d*))?$/;

/**
 * Reads `postgresql://user:password@host:port/database?sslmode=require`.
 *
 * Percent-encoding as libpq reads it (a plus sign is a plus sign), IPv6 hosts in brackets, and the parameters
 * host (also a socket's folder), port, user, password, dbname and sslmode, which go before the rest of the URL; and
 * role, which is ours: the role to become after connecting.
 * Other parameters are passed over. Throws Refusal `InvalidConnectionParams`, which never repeats a part of
 * the URL: with a character not encoded, any part may be a piece of the password.
 * Source: PostgreSQL manual, 34.1.1.2 Connection URIs.
 */
export function targetFromUrl(url: string): ConnectionTarget {
  const parts = urlPattern.exec(url.trim())?.groups;
  if (parts === undefined) throw invalid('is not a postgresql:// URL');
  const address = addressPattern.exec(parts.address ?? '')?.groups;
  if (address === undefined) throw invalid('names no single host with a port');
  const parameters = parametersOf(parts.query);
  const value = (parameter: string, part: string | undefined) =>
    parameters.get(parameter) ?? decoded(part);
  return {
    host: required(value('host', address.host)?.replace(/^\[(.*)\]$/, '$1'), 'host'),
    port: portNumber(value('port', address.port)),
    database: required(value('dbname', parts.database), 'database'),
    user: required(value('user', parts.user), 'user'),
    password: value('password', parts.password),
    role: setRole(parameters.get('role')),
    sslMode: sslMode(parameters),
  };
}

function invalid(what: string): Refusal {
  const hint =
    'Write postgresql://user:password@host:5432/database, other characters than letters and digits percent-encoded.';
  return new Refusal('InvalidConnectionParams', `the connection URL ${what}`, hint);
}

function parametersOf(query = ''): ReadonlyMap<string, string> {
  const pairs = query.split('&').filter((pair) => pair !== '');
  return new Map(
    pairs.map((pair) => {
      const [name = '', ...value] = pair.split('=');
      return [decoded(name) ?? '', decoded(value.join('=')) ?? ''];
    }),
  );
}

/** Undefined for what is not there or is empty. */
function decoded(part: string | undefined): string | undefined {
  if (part === undefined || part === '') return undefined;
  try {
    return decodeURIComponent(part);
  } catch {
    throw invalid('has a percent sign that encodes nothing: write %25');
  }
}

function required(value: string | undefined, what: string): string {
  if (value === undefined || value.trim() === '') throw invalid(`names no ${what}`);
  return value;
}

function portNumber(text: string | undefined): number {
  if (text === undefined) return 5432;
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (port < 1 || port > 65_535) throw invalid('has a port that is not a number from 1 to 65535');
  return port;
}

function setRole(name: string | undefined): string | undefined {
  if (name === undefined || name === '') return undefined;
  if (!roleName.safeParse(name).success) throw invalid('has a role that cannot be one');
  return name;
}

function sslMode(parameters: ReadonlyMap<string, string>): ConnectionTarget['sslMode'] {
  const text =
    parameters.get('sslmode') ?? (parameters.get('ssl') === 'true' ? 'require' : 'prefer');
  const mode = sslModes.find((each) => each === text);
  if (mode === undefined) throw invalid(`has an sslmode that is none of ${sslModes.join(', ')}`);
  return mode;
}
