import { isDrift } from '../core/finding.ts';
import type { Live } from '../core/live.ts';
import { Refusal } from '../core/refusal.ts';
import type { Statement } from '../core/statement.ts';
import { refuseAppearedCode } from './adopted-code.ts';
import type { ApplyResult } from './contract.ts';
import type { LockedPlan, WriteOptions } from './locked-plan.ts';
import { planFigures } from './plan-everywhere.ts';
import type { Database } from './pool.ts';
import { runStatements } from './run-statements.ts';
import { verifiersFor } from './stored-passwords.ts';
import { StatementFailed } from './until-settled.ts';
import { verifyApplied } from './verify-applied.ts';

export interface CommitOptions extends WriteOptions {
  /** Verifiers stored with passwords, by role. Each is used unchanged if it matches its password. */
  readonly verifiers?: ReadonlyMap<string, string>;
}

/**
 * Runs a plan in its transaction, verifies that nothing is left to do, and commits. Throws Refusal: `StatementFailed` if
 * PostgreSQL rejected a statement.
 */
export async function commitPlan(
  planned: LockedPlan,
  database: Database,
  options: CommitOptions,
): Promise<Omit<ApplyResult, 'durationMs'>> {
  const { session, inspection, live, plan, statements, waiter } = planned;
  const verifiers = await verifiersFor(statements, options, inspection.passwords);
  const gone = await runStatements(session, statements, { live, waiter }, verifiers).catch(
    statementFailed,
  );
  await refuseAppearedCode(database, statements);
  const passwordVersions = versionsInPlace(live, statements);
  const { passwords } = options;
  const expected = { live, gone, passwordVersions, passwords };
  const after = await verifyApplied(planned, database, expected);
  options.signal?.throwIfAborted();
  await session.client.query('COMMIT');
  const { identity, server } = inspection;
  const newFindings = after.findings.filter((finding) => !isDrift(finding));
  const findings = [...newFindings, ...plan.findings.filter(isDrift)];
  const figures = await planFigures(plan);
  const result = { identity, server, statements, ...figures, ...after, passwordVersions, findings };
  // A cautious plan leaves something to do, so the next check must not consider it in sync.
  return live.isCautious ? { ...result, fingerprint: '' } : result;
}

function statementFailed(error: unknown): never {
  throw error instanceof Refusal ? new StatementFailed(error) : error;
}

/**
 * Versions of passwords that were set, that are known to be stored, or that were applied before: mode additive leaves
 * other passwords alone.
 */
function versionsInPlace(
  { passwordVersions, appliedPasswords, storedPasswords }: Live,
  statements: readonly Statement[],
): Readonly<Record<string, string>> {
  const set = new Set(statements.flatMap(({ password }) => password ?? []));
  const isInPlace = ([role, version]: [string, string]): boolean =>
    set.has(role) ||
    storedPasswords.get(role) === 'declared' ||
    (Object.hasOwn(appliedPasswords, role) && appliedPasswords[role] === version);
  return Object.fromEntries(Object.entries(passwordVersions).filter(isInPlace));
}
