import type { TlsMaterial } from '../core/connection/target.ts';
import { certificatesIn, invalid, pemOf, type PlacedText, privateKeyIn } from './pem.ts';

/** PEM texts from Secrets. */
export interface TlsTexts {
  readonly ca: PlacedText | undefined;
  readonly cert: PlacedText | undefined;
  readonly key: PlacedText | undefined;
}

/**
 * Returns certificates that are valid now. Throws Refusal `InvalidConnectionParams`, which never repeats a part of a
 * text.
 */
export function tlsMaterial({ ca, cert, key }: TlsTexts): TlsMaterial {
  const now = new Date();
  return {
    ...(ca === undefined ? {} : { ca: pemOf(certificatesIn(ca, now)) }),
    ...clientCertificate(cert, key, now),
  };
}

function clientCertificate(
  cert: PlacedText | undefined,
  key: PlacedText | undefined,
  now: Date,
): Pick<TlsMaterial, 'cert' | 'key'> {
  if (cert === undefined && key === undefined) return {};
  if (cert === undefined || key === undefined) {
    const [present, missing] = cert === undefined ? [key, 'certificate'] : [cert, 'private key'];
    throw invalid(present?.place ?? '', `needs its ${missing}, which is missing`);
  }
  const chain = certificatesIn(cert, now);
  const privateKey = privateKeyIn(key);
  if (chain[0]?.checkPrivateKey(privateKey) !== true) {
    throw invalid(key.place, `does not match the certificate in ${cert.place}`);
  }
  return {
    cert: pemOf(chain),
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}
