import { createHash } from 'node:crypto';
import type { Live, Statement } from '../core/kind.ts';
import { Refusal } from '../core/refusal.ts';
import type { StoredPassword } from '../core/inspect/stored-password.ts';
import type { Passwords } from './contract.ts';
import type { StoredVerifiers } from './inspect.ts';
import { fewestIterations, isScramVerifierOf, mostIterations, scramVerifier } from './scram.ts';

/**
 * What the server has stored for each role, as far as that can be told: the role has no password, or its password is
 * known here and the stored one may be seen.
 */
export async function comparePasswords(
  { verifiers, encryption }: StoredVerifiers,
  passwords: Passwords,
): Promise<Live['storedPasswords']> {
  const compared = Object.entries(verifiers ?? {}).map(async ([role, verifier]) => {
    const password = passwords.get(role);
    if (verifier === null) return [[role, 'none'] as const];
    if (password === undefined) return [];
    return [[role, await judge({ role, password, verifier, encryption })] as const];
  });
  return new Map((await Promise.all(compared)).flat());
}

interface Comparison {
  readonly role: string;
  readonly password: string;
  readonly verifier: string;
  /** The server's password_encryption. */
  readonly encryption: string;
}

/** An MD5 verifier may stay only where the server still makes them. */
async function judge({
  role,
  password,
  verifier,
  encryption,
}: Comparison): Promise<StoredPassword> {
  if (verifier === md5Verifier(role, password))
    return encryption === 'md5' ? 'declared' : 'outdated';
  return (await isScramVerifierOf(password, verifier)) ? 'declared' : 'other';
}

/** Source: PostgreSQL manual, 52.8 pg_authid. */
function md5Verifier(role: string, password: string): string {
  return `md5${createHash('md5').update(`${password}${role}`).digest('hex')}`;
}

interface Known {
  readonly passwords: Passwords;
  readonly verifiers?: ReadonlyMap<string, string>;
}

/**
 * A verifier for every role whose password the statements set: the one that was kept with the password, else a new
 * one, as strong as the server's own. Throws Refusal `SecretMissing` for a password that is not known.
 */
export async function verifiersFor(
  statements: readonly Statement[],
  known: Known,
  { iterations }: StoredVerifiers,
): Promise<ReadonlyMap<string, string>> {
  const roles = statements.flatMap(({ password }) => password ?? []);
  const strength = Math.min(Math.max(iterations ?? 0, fewestIterations), mostIterations);
  const made = roles.map(async (role) => [role, await verifierFor(role, known, strength)] as const);
  return new Map(await Promise.all(made));
}

async function verifierFor(
  role: string,
  { passwords, verifiers }: Known,
  iterations: number,
): Promise<string> {
  const password = passwords.get(role);
  if (password === undefined) throw unresolved(role);
  const kept = verifiers?.get(role);
  if (kept !== undefined && (await isScramVerifierOf(password, kept))) return kept;
  return scramVerifier(password, { iterations });
}

function unresolved(role: string): Refusal {
  return new Refusal(
    'SecretMissing',
    `no password was resolved for role ${JSON.stringify(role)}`,
    'Check the Secret the role names.',
  );
}
