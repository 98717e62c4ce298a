import { pbkdf2, randomBytes, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';

const iterations = 4096;
const hashBytes = 6;

/**
 * A version of a password that may be shown: `v1:<salt>:<hash>`, in hex.
 *
 * It changes with the password or the identity of its source, not with the labels of a Secret. While `previous` still
 * matches, it is returned unchanged; otherwise the version has a new salt. The hash is slow, salted and cut to 48 bits:
 * too short to confirm a guess for certain, and long enough to detect every change in practice.
 */
export async function passwordVersion(
  identity: string,
  password: string,
  previous: string | undefined,
): Promise<string> {
  const text = JSON.stringify([identity, password]);
  const parts = /^v1:(?<salt>[0-9a-f]{32}):(?<hash>[0-9a-f]{12})$/.exec(previous ?? '')?.groups;
  if (previous !== undefined && parts !== undefined) {
    const hash = await hashOf(text, Buffer.from(parts.salt ?? '', 'hex'));
    if (timingSafeEqual(hash, Buffer.from(parts.hash ?? '', 'hex'))) return previous;
  }
  const salt = randomBytes(16);
  return `v1:${salt.toString('hex')}:${(await hashOf(text, salt)).toString('hex')}`;
}

function hashOf(text: string, salt: Buffer): Promise<Buffer> {
  return promisify(pbkdf2)(text, salt, iterations, hashBytes, 'sha256');
}
