import { matchesGlob } from './glob.ts';

/** The server of a connection, as the connection names it. */
export interface HostPort {
  readonly host: string;
  readonly port: number;
}

const pattern =
  /^(?:\[(?<bracketed>[0-9A-Fa-f:.]+)\]|(?<name>[^:[\]%\s]+))(?::(?<port>[0-9]{1,5}))?$|^(?<address>[0-9A-Fa-f.]*:[0-9A-Fa-f.]*:[0-9A-Fa-f:.]*)$/;

/** Splits `db:5432`, `[::1]:5432`, `*.shop.svc` or `/run/postgresql`. Undefined for anything else. */
export function splitHost(text: string): { host: string; port: number | undefined } | undefined {
  const found = pattern.exec(text)?.groups;
  const host = found?.['bracketed'] ?? found?.['name'] ?? found?.['address'];
  if (host === undefined) return undefined;
  const port = found?.['port'];
  return { host: canonical(host), port: port === undefined ? undefined : Number(port) };
}

/** Whether one of the patterns matches the host, and the port if the pattern has one. */
export function leadsWithin(hosts: readonly string[], { host, port }: HostPort): boolean {
  return hosts.some((text) => {
    const allowed = splitHost(text);
    if (allowed === undefined) return false;
    return hostMatches(allowed.host, canonical(host)) && (allowed.port ?? port) === port;
  });
}

/** Host names ignore case and a final dot. */
function canonical(host: string): string {
  const low = host.trim().toLowerCase();
  return low.startsWith('/') ? host.trim() : low.replace(/\.$/, '');
}

/**
 * A `*` before a dot matches one or more labels; any other `*` matches text without dots. A pattern of numbers matches
 * only addresses, so `10.0.0.*` matches no host name. Only a path matches a socket directory. A text that is neither a
 * name nor an address, such as an address with a zone, matches nothing.
 */
function hostMatches(allowed: string, host: string): boolean {
  if (allowed === host) return true;
  if (allowed.startsWith('/') || !/^[a-z0-9._:-]+$/.test(host)) return false;
  if (allowed === '*') return true;
  if (/^[0-9.*]+$/.test(allowed) && !/^[0-9]{1,3}(\.[0-9]{1,3}){3}$/.test(host)) return false;
  return labelsMatch(allowed.split('.'), host.split('.'));
}

/** Compares label by label, so that no pattern causes backtracking. */
function labelsMatch(allowed: readonly string[], host: readonly string[]): boolean {
  const [first, ...others] = allowed;
  const isBelow = first === '*' && others.length > 0;
  const last = isBelow ? others : allowed;
  const above = host.slice(0, host.length - last.length);
  if (host.length < last.length || (isBelow ? above.length === 0 : above.length > 0)) return false;
  const below = host.slice(above.length);
  return (
    above.every((label) => label !== '') &&
    last.every((glob, index) => matchesGlob(glob, below[index] ?? ''))
  );
}
