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
  /** Where the token could be used by a server that got it, of a connection that logs in with one. */
  readonly token?: 'host' | 'anywhere' | undefined;
}

/**
 * The mode to connect with: `prefer` by default, as in libpq, but never one that leaves unused what else the connection
 * has. With authorities `require` means `verify-ca`. A token is never sent without TLS, and one that could be used elsewhere only
 * to a server that proved who it is.
 * Source: PostgreSQL manual, 34.19.1 Client Verification of Server Certificates.
 */
export function effectiveSslMode(
  written: SslMode | undefined,
  { authorities, channelBinding, token }: EncryptionNeeds,
): SslMode {
  if (written === undefined && (authorities || token === 'anywhere')) return 'verify-full';
  if (authorities && written === 'require') return 'verify-ca';
  const mode = written ?? 'prefer';
  const isTlsNeeded = token !== undefined || channelBinding === 'require';
  return mode === 'prefer' && isTlsNeeded ? 'require' : mode;
}

/** Why a mode contradicts the rest of the connection, to follow the name of its field. */
export function sslModeProblem(
  mode: SslMode | undefined,
  { authorities, clientCertificate, channelBinding, token }: EncryptionNeeds,
): string | undefined {
  const ofToken = tokenProblem(mode, authorities, token);
  if (ofToken !== undefined) return ofToken;
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

function tokenProblem(
  mode: SslMode | undefined,
  authorities: boolean,
  token: EncryptionNeeds['token'],
): string | undefined {
  if (token === undefined || mode === undefined || mode === 'verify-full') return undefined;
  if (mode !== 'require' && mode !== 'verify-ca') {
    return `is ${mode}, which may send the token of auth without TLS: write verify-full`;
  }
  if (token === 'host' || authorities) return undefined;
  return `is ${mode}, which would send the token of auth to any server: write verify-full, or name the authority in sslRootCertSecret`;
}
