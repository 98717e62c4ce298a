import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { Refusal } from '../core/refusal.ts';

/** A text and where it came from. */
export interface PlacedText {
  readonly text: string;
  readonly place: string;
}

const mostCharacters = 512 * 1024;

/**
 * The certificates in a PEM text, as PEM without any other text. Throws Refusal `InvalidConnectionParams` if the text
 * has no valid certificate or contains something else. It never repeats a part of the text, because it may be any key
 * of a Secret.
 */
export function certificatesIn({ text, place }: PlacedText, now: Date): readonly X509Certificate[] {
  const blocks = pemBlocks({ text, place });
  if (blocks.length === 0) throw invalid(place, 'contains no certificate');
  if (blocks.some(({ label }) => label !== 'CERTIFICATE')) {
    throw invalid(place, 'contains something other than certificates');
  }
  const certificates = blocks.map(({ pem }) => certificate(pem, place));
  const last = Math.max(...certificates.map(({ validTo }) => Date.parse(validTo)));
  if (last <= now.getTime())
    throw invalid(place, `contains a certificate that expired on ${dayOf(last)}`);
  const first = Math.min(...certificates.map(({ validFrom }) => Date.parse(validFrom)));
  if (first > now.getTime())
    throw invalid(place, `contains a certificate that is not valid before ${dayOf(first)}`);
  return certificates;
}

/** The private key in a PEM text, as PEM. Throws the same. */
export function privateKeyIn({ text, place }: PlacedText): KeyObject {
  // Keys of elliptic curves may be preceded by the parameters of their curve.
  const blocks = pemBlocks({ text, place }).filter(({ label }) => label !== 'EC PARAMETERS');
  const [block] = blocks;
  if (block === undefined) throw invalid(place, 'contains no private key');
  if (blocks.length > 1 || !block.label.endsWith('PRIVATE KEY')) {
    throw invalid(place, 'contains something other than one private key');
  }
  if (block.label.startsWith('ENCRYPTED') || block.pem.includes('\nProc-Type: 4,ENCRYPTED')) {
    throw invalid(place, 'contains a private key with a passphrase');
  }
  try {
    return createPrivateKey(block.pem);
  } catch {
    throw invalid(place, 'contains a private key that cannot be read');
  }
}

export function pemOf(certificates: readonly X509Certificate[]): string {
  return certificates.map(String).join('');
}

interface PemBlock {
  readonly label: string;
  readonly pem: string;
}

const begin = '-----BEGIN ';
const dashes = '-----';

/** Text between blocks is a comment: some tools print the subject of a certificate there. */
function pemBlocks({ text, place }: PlacedText): readonly PemBlock[] {
  if (text.length > mostCharacters) throw invalid(place, 'is longer than 512 KiB');
  const blocks: PemBlock[] = [];
  for (let start = text.indexOf(begin); start !== -1;) {
    const labelEnd = text.indexOf(dashes, start + begin.length);
    const label = text.slice(start + begin.length, labelEnd);
    const end = `${dashes}END ${label}${dashes}`;
    const endStart = labelEnd === -1 ? -1 : text.indexOf(end, labelEnd);
    if (endStart === -1) throw invalid(place, 'is truncated');
    const next = endStart + end.length;
    blocks.push({ label, pem: `${text.slice(start, next)}\n` });
    start = text.indexOf(begin, next);
  }
  return blocks;
}

function certificate(pem: string, place: string): X509Certificate {
  try {
    return new X509Certificate(pem);
  } catch {
    throw invalid(place, 'contains a certificate that cannot be read');
  }
}

function dayOf(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}

export function invalid(place: string, problem: string): Refusal {
  const hint = 'Store certificates and keys as PEM text, the key without a passphrase.';
  return new Refusal('InvalidConnectionParams', `${place} ${problem}`, hint);
}
