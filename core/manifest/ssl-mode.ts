export const sslModes = [
  'disable',
  'allow',
  'prefer',
  'require',
  'verify-ca',
  'verify-full',
] as const;

export type SslMode = (typeof sslModes)[number];

export const channelBindings = ['disable', 'prefer', 'require'] as const;

type ChannelBinding = (typeof channelBindings)[number];

/** Whether a mode checks the server's certificate. */
export function verifies(mode: SslMode): boolean {
  return mode === 'verify-ca' || mode === 'verify-full';
}

/** What a connection says of its encryption beside its mode. */
export interface EncryptionNeeds {
  /** Whether certificates of authorities are given. */
  readonly authorities: boolean;
  /** Whether there is a client certificate. */
  readonly clientCertificate: boolean;
  readonly channelBinding: ChannelBinding | undefined;
}

/**
 * The mode to connect with: `prefer` by default, as in libpq, but never one that leaves unused what else the connection
 * has. With authorities `require` means `verify-ca`.
 * Source: PostgreSQL manual, 34.19.1 Client Verification of Server Certificates.
 */
export function effectiveSslMode(
  written: SslMode | undefined,
  { authorities, channelBinding }: EncryptionNeeds,
): SslMode {
  if (authorities && written === undefined) return 'verify-full';
  if (authorities && written === 'require') return 'verify-ca';
  const mode = written ?? 'prefer';
  return mode === 'prefer' && channelBinding === 'require' ? 'require' : mode;
}

/** Why a mode contradicts the rest of the connection, to follow the name of its field. */
export function sslModeProblem(
  mode: SslMode | undefined,
  { authorities, clientCertificate, channelBinding }: EncryptionNeeds,
): string | undefined {
  if (mode === undefined || mode === 'require' || mode.startsWith('verify-')) return undefined;
  if (authorities) {
    return `is ${mode}, which never checks the given authorities: write verify-full or verify-ca`;
  }
  if (mode === 'prefer') return undefined;
  if (channelBinding === 'require') {
    return `is ${mode}, which does without the TLS that channel binding needs: write require or more`;
  }
  return mode === 'disable' && clientCertificate
    ? 'is disable, which never sends the client certificate: write require or more'
    : undefined;
}
