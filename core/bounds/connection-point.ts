import type { HostPort } from './host.ts';

/** Server, database and user of a connection, without the password. Unknown parts are undefined. */
export interface ConnectionPoint {
  readonly host?: string | undefined;
  readonly port?: number | undefined;
  /** Further servers that may be connected to instead. */
  readonly otherHosts?: readonly HostPort[];
  readonly database?: string | undefined;
  readonly user?: string | undefined;
  /** The value of `setRole`. */
  readonly role?: string | undefined;
}
