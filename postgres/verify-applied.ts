import type { Scope } from '../core/catalog/scope.ts';
import { inTurns } from '../core/in-turns.ts';
import { listed } from '../core/listed.ts';
import type { Live } from '../core/live.ts';
import { explainPlan } from '../core/plan/explain.ts';
import { type Plan, groupsOf, planInParts } from '../core/plan/plan.ts';
import { renderPlan } from '../core/plan/render.ts';
import { Refusal } from '../core/refusal.ts';
import { lastOf, runBatch } from './batch.ts';
import { readingCatalog } from './catalog-read.ts';
import type { ApplyResult, Passwords } from './contract.ts';
import { type Inspection, inspectionQuery, readInspection, readMembers } from './inspect.ts';
import type { LockedPlan } from './locked-plan.ts';
import type { Database } from './pool.ts';
import { type Session, withPresentSight } from './session.ts';
import { comparePasswords } from './stored-passwords.ts';

interface ExpectedState {
  readonly live: Live;
  readonly passwordVersions: Readonly<Record<string, string>>;
  readonly passwords: Passwords;
  /** SQL names of objects that were dropped during the apply but are still visible to this transaction. */
  readonly gone: readonly string[];
}

/**
 * Runs a second diff, which must be empty: it proves that PostgreSQL did what the plan meant. Returns the new state.
 */
export async function verifyApplied(
  { session, scope }: Pick<LockedPlan, 'session' | 'scope'>,
  database: Database,
  applied: ExpectedState,
): Promise<Pick<ApplyResult, 'fingerprint' | 'findings'>> {
  const results = await readingCatalog(database, async () => {
    const seeing = applied.live.server.superuser ? session : await withPresentSight(session);
    return runBatch(session.client, [inspectionQuery(seeing, scope, true)], 'large');
  });
  const after = await readInspection(lastOf(results), database);
  const live = await afterwards(applied, after);
  const residue = await inTurns(planInParts(after.rows, live));
  const isDone =
    residue.changes.length === 0 ||
    (await isOnlyGone(session, { scope, live }, residue, applied.gone));
  if (!isDone) throw notConvergent(explainPlan(residue));
  return { fingerprint: after.fingerprint, findings: residue.findings };
}

/** Compares visible passwords again, and assumes for the others what was sent. */
async function afterwards(
  { live, passwords, passwordVersions }: Omit<ExpectedState, 'gone'>,
  { passwords: stored }: Inspection,
): Promise<Live> {
  const appliedPasswords = { ...live.appliedPasswords, ...passwordVersions };
  return { ...live, appliedPasswords, storedPasswords: await comparePasswords(stored, passwords) };
}

/** Whether all remaining differences are about objects that were dropped during the apply. */
async function isOnlyGone(
  session: Session,
  { scope, live }: { readonly scope: Scope; readonly live: Live },
  residue: Plan,
  gone: readonly string[],
): Promise<boolean> {
  if (gone.length === 0) return false;
  const names = await readMembers(session, scope, groupsOf(residue));
  return residue.changes.every((change) => {
    const statements = renderPlan({ ...residue, changes: [change] }, live, names);
    const objects = statements.flatMap((statement) => statement.objects ?? []);
    return objects.length > 0 && objects.every((name) => gone.includes(name));
  });
}

const shownResidue = 5;

function notConvergent(residue: readonly string[]): Refusal {
  return new Refusal(
    'NotConvergent',
    `the database would still differ from the policy after the change, so pgwarden rolled it back: ${listed(residue, shownResidue, '; ')}`,
    'Look for an event trigger on the server that undoes the change, or connect as a superuser. If neither helps, report a defect.',
    residue,
  );
}
