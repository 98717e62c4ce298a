import { Refusal } from '../core/refusal.ts';

export interface HttpAddress {
  /** Left out, it is every address of the machine: of IPv6 and IPv4, or of IPv4 where there is no IPv6. */
  readonly host?: string;
  readonly port: number;
}

/** Where `PGWARDEN_HTTP_ADDR` says that probes are answered. Throws Refusal `Usage`. */
export function httpAddress(env: NodeJS.ProcessEnv, unlessSaid: string): HttpAddress {
  const text = env.PGWARDEN_HTTP_ADDR ?? unlessSaid;
  const { host, port } = /^(?<host>.*):(?<port>\d{1,5})$/.exec(text)?.groups ?? {};
  if (host === undefined || port === undefined || Number(port) > 65_535) {
    const hint = 'Write it like 127.0.0.1:8080 or :8080.';
    throw new Refusal('Usage', `PGWARDEN_HTTP_ADDR is not an address: ${text}`, hint);
  }
  if (host === '') return { port: Number(port) };
  return { host: host.replace(/^\[(.*)\]$/, '$1'), port: Number(port) };
}
