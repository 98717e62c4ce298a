import { createHash } from 'node:crypto';
import type { Live } from '../core/live.ts';
import type { Statement } from '../core/statement.ts';
import { mapLimited } from '../core/map-limited.ts';
import { Refusal } from '../core/refusal.ts';
import type { StoredPassword } from '../core/live.ts';
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
 * Number of verifiers computed at the same time. Hashes use the four threads that Node.js also needs for DNS: two of
 * them stay free.
 */
const atOnce = 2;

/**
 * Limit for the iterations of all verifiers of one policy, about 20 seconds of work. Roles, and a hostile server,
 * choose how many their verifiers take.
 */
const mostIterationsTogether = 50_000_000;

/**
 * What the server stores for each role, as far as it is known: no password, or whether a visible verifier matches a
 * known password. If all would take too many iterations, the most expensive ones are left out.
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

/** Cheapest first, so that no role can block the comparison of others. */
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

/** An MD5 verifier may stay only if the server still creates them. */
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
 * A verifier for every role whose password the statements set: the one stored with the password, otherwise a new one
 * with the server's strength, if time allows. Throws Refusal `SecretMissing` for an unknown password.
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

/**
 * At most what the server is configured for and the time for all of them allows, and at least the minimum of RFC 7677.
 */
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
    `no password was found for role ${JSON.stringify(role)}`,
    'Check the Secret that the role names.',
  );
}
