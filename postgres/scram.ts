import { createHash, createHmac, pbkdf2, randomBytes } from 'node:crypto';
import { promisify } from 'node:util';

const slowHash = promisify(pbkdf2);
const saltBytes = 16;

/** The fewest iterations RFC 7677 allows, PostgreSQL's default, and about 2 ms of work. */
export const fewestIterations = 4096;

/**
 * More are neither used nor compared with, as any role may store a verifier of its own making with two thousand
 * million of them. Half a second of work.
 */
export const mostIterations = 1_000_000;

interface ScramOptions {
  readonly salt?: Buffer;
  readonly iterations?: number;
}

/**
 * The SCRAM-SHA-256 verifier PostgreSQL stores for a password, so that the password itself never travels.
 * Computed off the event loop. Source: RFC 5802, RFC 7677; scram-common.c.
 */
export async function scramVerifier(
  password: string,
  { salt = randomBytes(saltBytes), iterations = fewestIterations }: ScramOptions = {},
): Promise<string> {
  // Its tables take 5 ms to load, which a run without passwords need not spend.
  const { preparedPassword } = await import('./saslprep.ts');
  const salted = await slowHash(preparedPassword(password), salt, iterations, 32, 'sha256');
  const clientKey = createHmac('sha256', salted).update('Client Key').digest();
  const storedKey = createHash('sha256').update(clientKey).digest('base64');
  const serverKey = createHmac('sha256', salted).update('Server Key').digest('base64');
  return `SCRAM-SHA-256$${String(iterations)}:${salt.toString('base64')}$${storedKey}:${serverKey}`;
}

const scramPattern =
  /^SCRAM-SHA-256\$(?<iterations>\d{1,10}):(?<salt>[A-Za-z0-9+/]+=*)\$[^:$]+:[^:$]+$/;

/** The iterations it takes to find out whether a verifier is of a password. 0 where it can be told without any. */
export function iterationsOf(verifier: string): number {
  const iterations = Number(scramPattern.exec(verifier)?.groups?.iterations);
  return iterations >= 1 && iterations <= mostIterations ? iterations : 0;
}

/** Whether a verifier is of that password, found by computing it again with its own salt and iterations. */
export async function isScramVerifierOf(password: string, verifier: string): Promise<boolean> {
  const parts = scramPattern.exec(verifier)?.groups;
  const iterations = iterationsOf(verifier);
  if (parts === undefined || iterations === 0) return false;
  const salt = Buffer.from(parts.salt ?? '', 'base64');
  return (await scramVerifier(password, { salt, iterations })) === verifier;
}
