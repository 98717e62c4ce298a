import { type Socket, isIP } from 'node:net';
import { type ConnectionOptions, type TLSSocket, connect } from 'node:tls';
import { Refusal } from '../core/refusal.ts';
import { isError } from './is-error.ts';
import type { ConnectionTarget } from '../core/connection/target.ts';

/** The server, or a proxy before it, offers no TLS. */
export class NoTlsOffered extends Error {
  constructor({ sslMode }: Pick<ConnectionTarget, 'sslMode'>) {
    super(`the server does not support TLS, which sslMode ${sslMode} requires`);
  }
}

/** Begins TLS on a connected socket. Listen for `secureConnect` and `error`. */
export function startTls(socket: Socket, target: ConnectionTarget): TLSSocket {
  try {
    return connect({ socket, ...tlsOptions(target) });
  } catch (error) {
    throw new Refusal(
      'InvalidConnectionParams',
      `the certificates of the connection are invalid: ${isError(error) ? error.message : 'unknown error'}`,
      'Store certificates and key as PEM text; the key must match the certificate and have no passphrase.',
    );
  }
}

/**
 * What an sslMode verifies, as in libpq: with a CA, every mode verifies the chain; only verify-full verifies the name.
 * Without one, verify-ca and verify-full trust the authorities that Node.js knows.
 * Source: PostgreSQL manual, 34.19.1 Client Verification of Server Certificates; initialize_SSL() in fe-secure-openssl.c.
 */
function tlsOptions({ host, sslMode, tls = {} }: ConnectionTarget): ConnectionOptions {
  const verifiesChain = ['verify-ca', 'verify-full'].includes(sslMode) || tls.ca !== undefined;
  return {
    host,
    // The name is sent in clear text, and must not be an address (RFC 6066, 3).
    ...(isIP(host) === 0 && { servername: host }),
    rejectUnauthorized: verifiesChain,
    ...(sslMode !== 'verify-full' && { checkServerIdentity: () => undefined }),
    ...tls,
  };
}

const certificateHint =
  'Check that the certificate of the server contains the host name, and that the CA in the Secret signed it.';
const clientHint =
  'Check the client certificate and key of the connection: the server must trust their CA, and the common name must be the user.';

/** A hint for a failed TLS connection; undefined for other errors. Codes are those of OpenSSL and Node.js. */
export function tlsHint(error: Error): string | undefined {
  if (error instanceof NoTlsOffered)
    return 'Configure TLS on the server, or check whether a proxy removes it. Set sslMode to disable only in a network you trust.';
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  if (/ALERT/.test(code)) return clientHint;
  if (/CERT|ISSUER|SIGNATURE|^ERR_TLS|^CRL_|CHAIN|^INVALID_(CA|PURPOSE)$|PATH_LENGTH/.test(code))
    return certificateHint;
  return /^ERR_SSL/.test(code)
    ? 'Check the TLS versions and ciphers that the server accepts.'
    : undefined;
}
