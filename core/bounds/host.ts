import { matchesGlob } from './glob.ts';

/** Where a connection leads to, as it says itself. */
export interface HostPort {
  readonly host: string;
  readonly port: number;
}

const pattern =
  /^(?:\[(?<bracketed>[0-9A-Fa-f:.]+)\]|(?<name>[^:[\]%\s]+))(?::(?<port>[0-9]{1,5}))?$|^(?<address>[0-9A-Fa-f.]*:[0-9A-Fa-f.]*:[0-9A-Fa-f:.]*)$/;

/** Splits `db:5432`, `[::1]:5432`, `*.shop.svc` or `/run/postgresql`. Undefined for what is none of them. */
export function splitHost(text: string): { host: string; port: number | undefined } | undefined {
  const found = pattern.exec(text)?.groups;
  const host = found?.['bracketed'] ?? found?.['name'] ?? found?.['address'];
  if (host === undefined) return undefined;
  const port = found?.['port'];
  return { host: canonical(host), port: port === undefined ? undefined : Number(port) };
}

/** Whether one of the patterns is about the host, and about the port where it has one. */
export function leadsWithin(hosts: readonly string[], { host, port }: HostPort): boolean {
  return hosts.some((text) => {
    const allowed = splitHost(text);
    if (allowed === undefined) return false;
    return hostMatches(allowed.host, canonical(host)) && (allowed.port ?? port) === port;
  });
}

/** Upper and lower case are one in names of hosts, and so is a name with the dot of the root. */
function canonical(host: string): string {
  const low = host.trim().toLowerCase();
  return low.startsWith('/') ? host.trim() : low.replace(/\.$/, '');
}

/**
 * A `*` in front of a dot stands for one or more labels, another one for what has no dot. A pattern of numbers is about
 * addresses, so that `10.0.0.*` is no name under somebody's domain. Nothing but a path matches a socket's folder, and
 * what is neither name nor address, as an address with a zone that looks like an allowed name, matches nothing.
 */
function hostMatches(allowed: string, host: string): boolean {
  if (allowed === host) return true;
  if (allowed.startsWith('/') || !/^[a-z0-9._:-]+$/.test(host)) return false;
  if (allowed === '*') return true;
  if (/^[0-9.*]+$/.test(allowed) && !/^[0-9]{1,3}(\.[0-9]{1,3}){3}$/.test(host)) return false;
  return labelsMatch(allowed.split('.'), host.split('.'));
}

/** Label by label, so that no pattern makes the search go back. */
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
