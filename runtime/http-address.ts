import { Refusal } from '../core/refusal.ts';

export interface HttpAddress {
  /** Absent for every address of the machine: IPv6 and IPv4, or only IPv4 if there is no IPv6. */
  readonly host?: string;
  readonly port: number;
}

/** The address for health probes from `PGWARDEN_HTTP_ADDR`. Throws Refusal `Usage`. */
export function httpAddress(env: NodeJS.ProcessEnv, defaultAddress: string): HttpAddress {
  const text = env.PGWARDEN_HTTP_ADDR ?? defaultAddress;
  const { host, port } = /^(?<host>.*):(?<port>\d{1,5})$/.exec(text)?.groups ?? {};
  if (host === undefined || port === undefined || Number(port) > 65_535) {
    const hint = 'Write an address such as 127.0.0.1:8080 or :8080.';
    throw new Refusal('Usage', `PGWARDEN_HTTP_ADDR is not an address: ${text}`, hint);
  }
  if (host === '') return { port: Number(port) };
  return { host: host.replace(/^\[(.*)\]$/, '$1'), port: Number(port) };
}
