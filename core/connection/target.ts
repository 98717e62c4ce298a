/** How to connect to one database. It contains a password: never log it, and never return it from an activity. */
export interface ConnectionTarget {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  readonly password: string | undefined;
  /** The role to become after connecting. */
  readonly role: string | undefined;
  /**
   * Names from keys of Secrets. They are never shown, because the author of the policy may not be allowed to read the
   * Secret.
   */
  readonly hidden?: readonly string[];
  readonly sslMode: 'disable' | 'allow' | 'prefer' | 'require' | 'verify-ca' | 'verify-full';
  /** Certificates as PEM text. Without `ca`, the authorities of the system are trusted. */
  readonly tls?: TlsMaterial;
  /** Whether SCRAM must be bound to the TLS connection. Default prefer, as in libpq. */
  readonly channelBinding?: 'disable' | 'prefer' | 'require';
  /** More servers to try after `host`, in this order, as in a libpq URL with several hosts. */
  readonly otherHosts?: readonly HostAndPort[];
  /** Which of the hosts to accept. Default any. */
  readonly sessionAttributes?: 'any' | 'read-write';
}

export interface TlsMaterial {
  readonly ca?: string;
  /** Client certificate; always together with `key`. */
  readonly cert?: string;
  readonly key?: string;
}

export interface HostAndPort {
  readonly host: string;
  readonly port: number;
}
