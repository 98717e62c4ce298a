import { createHash, createHmac, pbkdf2, randomBytes } from 'node:crypto';
import { promisify } from 'node:util';

const saltBytes = 16;

/** The minimum of RFC 7677 and the default of PostgreSQL; about 2 ms of work. */
export const fewestIterations = 4096;

/**
 * The maximum to use or compare with: half a second of work. Any role may store a verifier with two billion iterations.
 */
export const mostIterations = 1_000_000;

interface ScramOptions {
  readonly salt?: Buffer;
  readonly iterations?: number;
}

/**
 * The SCRAM-SHA-256 verifier that PostgreSQL stores for a password, so that the password itself is never sent. It is
 * computed off the event loop. Source: RFC 5802, RFC 7677; scram-common.c.
 */
export async function scramVerifier(
  password: string,
  { salt = randomBytes(saltBytes), iterations = fewestIterations }: ScramOptions = {},
): Promise<string> {
  // Loaded only when needed, because its tables take 5 ms to load.
  const { preparedPassword } = await import('./saslprep.ts');
  const prepared = preparedPassword(password);
  const salted = await promisify(pbkdf2)(prepared, salt, iterations, 32, 'sha256');
  const clientKey = createHmac('sha256', salted).update('Client Key').digest();
  const storedKey = createHash('sha256').update(clientKey).digest('base64');
  const serverKey = createHmac('sha256', salted).update('Server Key').digest('base64');
  return `SCRAM-SHA-256$${String(iterations)}:${salt.toString('base64')}$${storedKey}:${serverKey}`;
}

const scramPattern =
  /^SCRAM-SHA-256\$(?<iterations>\d{1,10}):(?<salt>[A-Za-z0-9+/]+=*)\$[^:$]+:[^:$]+$/;

/** The iterations needed to check whether a verifier matches a password. 0 if none are needed. */
export function iterationsOf(verifier: string): number {
  const iterations = Number(scramPattern.exec(verifier)?.groups?.iterations);
  return iterations >= 1 && iterations <= mostIterations ? iterations : 0;
}

/** Whether a verifier matches a password, computed with the verifier's own salt and iterations. */
export async function isScramVerifierOf(password: string, verifier: string): Promise<boolean> {
  const parts = scramPattern.exec(verifier)?.groups;
  const iterations = iterationsOf(verifier);
  if (parts === undefined || iterations === 0) return false;
  const salt = Buffer.from(parts.salt ?? '', 'base64');
  return (await scramVerifier(password, { salt, iterations })) === verifier;
}
