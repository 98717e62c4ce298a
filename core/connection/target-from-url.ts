import { characterProblem } from '../control-characters.ts';
import { fitsName, roleName } from '../manifest/identifier.ts';
import { serverList } from '../manifest/server-list.ts';
import {
  channelBindings,
  effectiveSslMode,
  sslModeProblem,
  type SslMode,
  sslModes,
  verifies,
} from '../manifest/ssl-mode.ts';
import { Refusal } from '../refusal.ts';
import { UrlProblem, urlParts, type UrlParts } from './connection-url.ts';
import type { ConnectionTarget, TlsMaterial } from './target.ts';
import { honouredParameters, noFiles, type HonouredParameter } from './url-parameters.ts';

type Parameters = ReadonlyMap<HonouredParameter, string>;

/**
 * Reads `postgresql://user:password@host:port/database?sslmode=require`, with the certificates stored with it.
 *
 * Parameters take precedence over the rest of the URL. `role` is our own parameter: the role to become after
 * connecting. Messages may repeat host, port, database and user, so a URL in which they could be pieces of the password
 * is refused. Throws Refusal `InvalidConnectionParams`, which never repeats a part of the URL.
 */
export function targetFromUrl(url: string, certificates: TlsMaterial = {}): ConnectionTarget {
  try {
    const parts = urlParts(url);
    return targetFrom(parts, honouredParameters(parts.parameters), certificates);
  } catch (error) {
    throw error instanceof UrlProblem ? refusalFor(error.message) : error;
  }
}

function refusalFor(problem: string): Refusal {
  const hint =
    'Write postgresql://user:password@host:5432/database, and percent-encode all characters except letters and digits.';
  return new Refusal('InvalidConnectionParams', `the connection URL ${problem}`, hint);
}

function targetFrom(
  parts: UrlParts,
  parameters: Parameters,
  certificates: TlsMaterial,
): ConnectionTarget {
  const value = (parameter: HonouredParameter, part: string | undefined) =>
    parameters.get(parameter) ?? part;
  return {
    ...servers(value('host', parts.hosts), value('port', parts.ports)),
    database: name(value('dbname', parts.database), 'database'),
    user: name(value('user', parts.user), 'user'),
    password: password(value('password', parts.password)),
    role: setRole(parameters.get('role')),
    ...encryption(parameters, certificates),
    ...sessionAttributes(parameters.get('target_session_attrs')),
  };
}

function servers(
  hosts: string | undefined,
  ports: string | undefined,
): Pick<ConnectionTarget, 'host' | 'port' | 'otherHosts'> {
  if (hosts === undefined || hosts === '') throw new UrlProblem('names no host');
  withoutControlCharacters(hosts, 'host');
  const list = serverList(hosts, ports);
  if (!('servers' in list)) throw new UrlProblem(`has a ${list.field} that ${list.problem}`);
  const [first, ...others] = list.servers;
  return { ...first, ...(others.length === 0 ? {} : { otherHosts: others }) };
}

function name(text: string | undefined, what: string): string {
  if (text === undefined || text.trim() === '') throw new UrlProblem(`names no ${what}`);
  withoutControlCharacters(text, what);
  if (!fitsName(text)) throw new UrlProblem(`has a ${what} that is longer than 63 bytes`);
  return text;
}

function withoutControlCharacters(text: string, what: string): void {
  const problem = characterProblem(text, 'name');
  if (problem !== undefined) throw new UrlProblem(`has a ${what} that ${problem}`);
}

function password(text: string | undefined): string | undefined {
  const problem = characterProblem(text ?? '', 'password');
  if (problem !== undefined) throw new UrlProblem(`has a password that ${problem}`);
  return text === '' ? undefined : text;
}

function setRole(text: string | undefined): string | undefined {
  if (text === undefined || text === '') return undefined;
  if (!roleName.safeParse(text).success || characterProblem(text, 'name') !== undefined) {
    throw new UrlProblem('has a role that cannot be one');
  }
  return text;
}

function encryption(
  parameters: Parameters,
  certificates: TlsMaterial,
): Pick<ConnectionTarget, 'sslMode' | 'tls' | 'channelBinding'> {
  const channelBinding = chosen(parameters, 'channel_binding', channelBindings);
  const system = systemAuthorities(parameters.get('sslrootcert'));
  const mode = encryptionMode(sslMode(parameters), {
    system,
    beside: certificates.ca !== undefined,
    channelBinding,
  });
  const tls = usedCertificates(certificates, mode, system);
  return {
    sslMode: mode,
    ...(Object.keys(tls).length === 0 ? {} : { tls }),
    ...(channelBinding === undefined ? {} : { channelBinding }),
  };
}

interface Authorities {
  /** Whether the URL requests the authorities of the system. */
  readonly system: boolean;
  /** Whether the Secret contains authorities. */
  readonly beside: boolean;
  readonly channelBinding: ConnectionTarget['channelBinding'];
}

/**
 * Certificates from the Secret are used if the mode allows it. Only parameters of the URL itself can contradict the
 * mode.
 */
function encryptionMode(
  written: SslMode | undefined,
  { system, beside, channelBinding }: Authorities,
): SslMode {
  if (system && written !== undefined && written !== 'verify-full') {
    throw new UrlProblem('has sslrootcert=system, which needs sslmode=verify-full');
  }
  const needs = { authorities: false, clientCertificate: false, channelBinding };
  const problem = sslModeProblem(written, needs);
  if (problem !== undefined) throw new UrlProblem(`has an sslmode that ${problem}`);
  return effectiveSslMode(written, { ...needs, authorities: system || beside });
}

function usedCertificates(
  { ca, ...client }: TlsMaterial,
  mode: SslMode,
  system: boolean,
): TlsMaterial {
  return {
    ...(ca !== undefined && verifies(mode) && !system ? { ca } : {}),
    ...(mode === 'disable' ? {} : client),
  };
}

function systemAuthorities(text: string | undefined): boolean {
  if (text !== undefined && text !== 'system') throw new UrlProblem(noFiles);
  return text === 'system';
}

/** JDBC writes `ssl=true`, which libpq reads as well. */
function sslMode(parameters: Parameters): SslMode | undefined {
  const ssl = chosen(parameters, 'ssl', ['true']);
  const mode = chosen(parameters, 'sslmode', sslModes);
  return mode ?? (ssl === undefined ? undefined : 'require');
}

function sessionAttributes(text: string | undefined): Pick<ConnectionTarget, 'sessionAttributes'> {
  switch (text) {
    case undefined:
      return {};
    case 'any':
      return { sessionAttributes: 'any' };
    // pgwarden cannot use a read-only primary.
    case 'primary':
    case 'read-write':
      return { sessionAttributes: 'read-write' };
    default:
      throw new UrlProblem(
        'has a target_session_attrs other than any, read-write and primary: pgwarden must be able to write',
      );
  }
}

function chosen<Choice extends string>(
  parameters: Parameters,
  parameter: HonouredParameter,
  choices: readonly Choice[],
): Choice | undefined {
  const text = parameters.get(parameter);
  const choice = choices.find((each) => each === text);
  if (text === undefined || choice !== undefined) return choice;
  throw new UrlProblem(
    `has a parameter ${parameter} with a value other than ${choices.join(', ')}`,
  );
}
