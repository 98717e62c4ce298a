/** A parsed connection URL with decoded parts. */
export interface UrlParts {
  readonly user: string | undefined;
  readonly password: string | undefined;
  /** Hosts and ports as two comma-separated lists, like the parameters `host` and `port`. */
  readonly hosts: string | undefined;
  readonly ports: string | undefined;
  readonly database: string | undefined;
  readonly parameters: readonly (readonly [name: string, value: string])[];
}

/**
 * A problem, phrased to follow "the connection URL". It never repeats a part, because any part may be a piece of the
 * password.
 */
export class UrlProblem extends Error {}

const encode = 'has a character that must be percent-encoded';

/**
 * Parses `postgresql://user:password@host:port,host:port/database?name=value`.
 *
 * A character that could end a part is accepted only where it does: with an unencoded password such as `a@b/c`, a piece
 * of it would be taken for the host, connected to, and repeated in messages. Percent-encoding is read as by libpq: a
 * plus sign is a plus sign.
 * Source: PostgreSQL manual, 34.1.1.2 Connection URIs.
 */
export function urlParts(url: string): UrlParts {
  const rest = /^postgres(?:ql)?:\/\/(.*)$/s.exec(url.trim())?.[1];
  if (rest === undefined) throw new UrlProblem('is not a postgresql:// URL');
  const [beforeQuery, query] = splitAt(rest, '?');
  const [authority, path] = splitAt(beforeQuery, '/');
  const [login, address] = splitLogin(authority);
  const [user, password] = splitAt(login ?? '', ':');
  refuseAny(/[\s#\p{Cc}]/u, rest);
  refuseAny(/[/:@]/, path);
  refuseAny(/[?@]/, query);
  refuseAny(/:/, password);
  return {
    user: decoded(user),
    password: decoded(password),
    ...addressParts(address),
    database: decoded(path),
    parameters: parametersOf(query),
  };
}

function refuseAny(characters: RegExp, part: string | undefined): void {
  if (part !== undefined && characters.test(part)) throw new UrlProblem(encode);
}

/** The text before and after the first separator. */
function splitAt(text: string, separator: string): [string, string | undefined] {
  const at = text.indexOf(separator);
  return at === -1 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}

function splitLogin(authority: string): [login: string | undefined, address: string] {
  const [first, second] = splitAt(authority, '@');
  if (second === undefined) return [undefined, first];
  if (second.includes('@')) throw new UrlProblem(encode);
  return [first, second];
}

const hostPattern = /^(?<host>\[[^[\]]*\]|[^:[\]]*)(?::(?<port>\d*))?$/;

function addressParts(address: string): Pick<UrlParts, 'hosts' | 'ports'> {
  const pairs = address.split(',').map((pair) => {
    const groups = hostPattern.exec(pair)?.groups;
    if (groups === undefined) throw new UrlProblem('has a host and port that cannot be read');
    const { host = '', port = '' } = groups;
    return { host: decoded(host.replace(/^\[(.*)\]$/, '$1')) ?? '', port };
  });
  if (pairs.some(({ host }) => host.includes(','))) throw new UrlProblem(encode);
  const hosts = pairs.map(({ host }) => host).join(',');
  const ports = pairs.map(({ port }) => port).join(',');
  return { hosts: hosts === '' ? undefined : hosts, ports: ports === '' ? undefined : ports };
}

function parametersOf(query: string | undefined): UrlParts['parameters'] {
  const pairs = (query ?? '').split('&').filter((pair) => pair !== '');
  const known = new Set<string>();
  return pairs.map((pair) => {
    const [name, value] = splitAt(pair, '=');
    if (value === undefined) throw new UrlProblem('has a parameter without a value');
    const decodedName = decoded(name) ?? '';
    if (known.has(decodedName)) throw new UrlProblem('has a parameter twice');
    known.add(decodedName);
    return [decodedName, decoded(value) ?? ''];
  });
}

/** Undefined if the part is missing or empty. */
function decoded(part: string | undefined): string | undefined {
  if (part === undefined || part === '') return undefined;
  try {
    return decodeURIComponent(part);
  } catch {
    throw new UrlProblem('has a percent sign that encodes nothing: write %25');
  }
}
