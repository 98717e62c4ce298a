import { createHash } from 'node:crypto';
import type { Live, Statement } from '../core/kind.ts';
import { mapLimited } from '../core/map-limited.ts';
import { Refusal } from '../core/refusal.ts';
import type { StoredPassword } from '../core/inspect/stored-password.ts';
import type { Passwords } from './contract.ts';
import type { StoredVerifiers } from './inspect.ts';
import {
  fewestIterations,
  isScramVerifierOf,
  iterationsOf,
  mostIterations,
  scramVerifier,
} from './scram.ts';

/**
 * Verifiers at work at once. Hashes take the four threads in which Node also looks up the names of servers: two of them
 * stay free for everybody else.
 */
const atOnce = 2;

/**
 * Iterations for the verifiers of one policy together, about 20 seconds of work. Roles, and a hostile server, choose how
 * many their verifiers take.
 */
const mostIterationsTogether = 50_000_000;

/**
 * What the server has stored for each role, as far as that can be told: the role has no password, or its password is
 * known here and the stored one may be seen. Those that take most iterations are left out where all would take too many.
 */
export async function comparePasswords(
  { verifiers, encryption }: StoredVerifiers,
  passwords: Passwords,
): Promise<Live['storedPasswords']> {
  const stored = Object.entries(verifiers ?? {});
  const without = stored.flatMap(([role, verifier]) =>
    verifier === null ? [[role, 'none'] as const] : [],
  );
  const comparisons = stored.flatMap(([role, verifier]) => {
    const password = passwords.get(role);
    return verifier === null || password === undefined
      ? []
      : [{ role, password, verifier, encryption }];
  });
  const compared = await mapLimited(
    affordable(comparisons),
    atOnce,
    async (one) => [one.role, await judge(one)] as const,
  );
  return new Map([...without, ...compared]);
}

/** The cheapest first, so that no role can keep the others from being compared. */
function affordable(comparisons: readonly Comparison[]): readonly Comparison[] {
  let left = mostIterationsTogether;
  return comparisons
    .map((comparison) => ({ comparison, cost: iterationsOf(comparison.verifier) }))
    .sort((a, b) => a.cost - b.cost)
    .flatMap(({ comparison, cost }) => {
      left -= cost;
      return left < 0 ? [] : [comparison];
    });
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
 * one, as strong as the server's own, or as many can be made. Throws Refusal `SecretMissing` for a password that is not known.
 */
export async function verifiersFor(
  statements: readonly Statement[],
  known: Known,
  { iterations }: StoredVerifiers,
): Promise<ReadonlyMap<string, string>> {
  const roles = statements.flatMap(({ password }) => password ?? []);
  const strength = strengthFor(roles.length, iterations ?? 0);
  const made = await mapLimited(
    roles,
    atOnce,
    async (role) => [role, await verifierFor(role, known, strength)] as const,
  );
  return new Map(made);
}

/** Not more than the server asks for, or than the time for all of them allows, and not fewer than RFC 7677 allows. */
export function strengthFor(roles: number, asked: number): number {
  const share = Math.floor(mostIterationsTogether / Math.max(roles, 1));
  return Math.max(Math.min(asked, mostIterations, share), fewestIterations);
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
