/** One server of a connection. */
interface Server {
  readonly host: string;
  readonly port: number;
}

export type ServerList =
  | { readonly servers: readonly [Server, ...Server[]] }
  | { readonly field: 'host' | 'port'; readonly problem: string };

const defaultPort = 5432;
const mostServers = 16;

/**
 * The servers of a list of hosts and a list of ports with commas between, in order. One port is for every host, and an
 * empty port is 5432. A problem never repeats a host or port, which may be from a Secret.
 * Source: PostgreSQL manual, 34.1.1.3 Specifying Multiple Hosts.
 */
export function serverList(hosts: string, ports = ''): ServerList {
  const names = hosts.split(',').map(withoutBrackets);
  const numbers = ports.split(',').map(portNumber);
  if (names.some((host) => host === '')) return { field: 'host', problem: 'has an empty entry' };
  if (!names.every(isHost)) return { field: 'host', problem: 'is not a host' };
  if (names.length > mostServers) {
    return { field: 'host', problem: `has more than ${String(mostServers)} entries` };
  }
  if (numbers.some(Number.isNaN))
    return { field: 'port', problem: 'is not a number from 1 to 65535' };
  if (numbers.length !== 1 && numbers.length !== names.length) {
    return { field: 'port', problem: 'has neither one entry nor one for each host' };
  }
  const [first, ...others] = names.map((host, index) => ({
    host,
    port: numbers[numbers.length === 1 ? 0 : index] ?? defaultPort,
  }));
  if (first === undefined) return { field: 'host', problem: 'has an empty entry' };
  return { servers: [first, ...others] };
}

/** An IPv6 address is written in brackets in URLs, and without them here. */
function withoutBrackets(host: string): string {
  return host.trim().replace(/^\[([^[\]]*)\]$/, '$1');
}

/** A name, an address or the folder of a socket. */
function isHost(host: string): boolean {
  return host.startsWith('/') || /^[^\s/@[\]]+$/.test(host);
}

/** Not a number for what is no port. */
function portNumber(text: string): number {
  const digits = text.trim();
  if (digits === '') return defaultPort;
  const port = /^\d{1,5}$/.test(digits) ? Number(digits) : NaN;
  return port >= 1 && port <= 65_535 ? port : NaN;
}
