import { checkPlan } from '../core/checks.ts';
import type { Scope } from '../core/inspection.ts';
import { scopeOf } from '../core/inspection.ts';
import type { Live, Statement } from '../core/kind.ts';
import type { Plan } from '../core/plan.ts';
import { explainPlan, planChanges } from '../core/plan.ts';
import { Refusal } from '../core/refusal.ts';
import { lastOf, runBatch } from './batch.ts';
import { classifyError } from './classify.ts';
import type { ApplyResult, Intent, Passwords } from './contract.ts';
import type { Inspection } from './inspect.ts';
import {
  cleanSettings,
  fingerprintQuery,
  inspectionQuery,
  readFingerprint,
  readInspection,
} from './inspect.ts';
import { liveFor } from './live.ts';
import { planFigures, renderWithNames } from './plan.ts';
import type { Database, Session } from './pool.ts';
import { sentTexts } from './render-sql.ts';
import { comparePasswords, verifiersFor } from './stored-passwords.ts';

export interface ApplyOptions {
  readonly passwords: Passwords;
  /** Verifiers that were kept beside passwords, by role: stored as they are, where they are of that password. */
  readonly verifiers?: ReadonlyMap<string, string>;
  /** Run only a plan with this hash; otherwise throw `PlanChanged`. */
  readonly expectedHash?: string;
  /** Roll back as soon as it aborts. */
  readonly signal?: AbortSignal;
  /** How long to wait for another writer. Default 5 s. */
  readonly lockTimeoutMs?: number;
}

/** Taken by every pgwarden that writes to the database, whoever runs it. Any number nobody else has. */
const writerLock = '8099007861556438382';

/** Bytes of SQL in one round trip: large enough to be few, small enough for a server's memory. */
const bytesPerBatch = 1_000_000;

/**
 * Makes the database what the intent says, in one transaction: lock, inspect, plan, run, verify, commit.
 * Whatever fails leaves the database as it was. Throws Refusal.
 */
export async function applyPlan(
  database: Database,
  intent: Intent,
  options: ApplyOptions,
): Promise<ApplyResult> {
  return database.use(async (session) => {
    const started = performance.now();
    const cancel = (): void => {
      void cancelBackend(session, database);
    };
    options.signal?.addEventListener('abort', cancel, { once: true });
    try {
      options.signal?.throwIfAborted();
      const result = await applyInTransaction(session, database, intent, options);
      return { ...result, durationMs: Math.round(performance.now() - started) };
    } catch (error) {
      // The connection is thrown away, which rolls back; nothing of the error may hold what was sent.
      throw classifyError(error, 'apply', database.target);
    } finally {
      options.signal?.removeEventListener('abort', cancel);
    }
  });
}

async function applyInTransaction(
  session: Session,
  database: Database,
  intent: Intent,
  options: ApplyOptions,
): Promise<Omit<ApplyResult, 'durationMs'>> {
  const scope = scopeOf(intent.graph);
  const before = await lockAndInspect(session, database, scope, options);
  const live = await liveFor(intent, before, options.passwords);
  const plan = planChanges(before.rows, live);
  checkPlan(plan, live);
  refuseChangedPlan(plan, options.expectedHash);
  const statements = await renderWithNames(session, plan, live, scope);
  const verifiers = await verifiersFor(statements, options, before.passwords);
  await runStatements(session, statements, live, verifiers);
  const fingerprint = await verify(session, database, scope, { live, ...options });
  options.signal?.throwIfAborted();
  await session.client.query('COMMIT');
  const { identity, server } = before;
  return { identity, server, statements, fingerprint, ...planFigures(plan) };
}

async function lockAndInspect(
  session: Session,
  database: Database,
  scope: Scope,
  { lockTimeoutMs = 5_000 }: ApplyOptions,
): Promise<Inspection> {
  const results = await runBatch(session.client, [
    'BEGIN TRANSACTION ISOLATION LEVEL READ COMMITTED',
    `SET LOCAL lock_timeout = ${String(lockTimeoutMs)}`,
    "SET LOCAL statement_timeout = '120s'; SET LOCAL idle_in_transaction_session_timeout = '60s'",
    cleanSettings,
    `SELECT pg_catalog.pg_advisory_xact_lock(${writerLock})`,
    inspectionQuery(session, scope),
  ]);
  return readInspection(lastOf(results), database);
}

function refuseChangedPlan({ hash }: Plan, expected: string | undefined): void {
  if (expected === undefined || expected === hash) return;
  throw new Refusal(
    'PlanChanged',
    'the database changed after the plan was made',
    'A new plan is made within seconds.',
  );
}

async function runStatements(
  session: Session,
  statements: readonly Statement[],
  live: Live,
  verifiers: ReadonlyMap<string, string>,
): Promise<void> {
  const texts = sentTexts(statements, live.server.user, verifiers);
  for (const batch of batchesOf(texts)) await runBatch(session.client, batch);
}

function batchesOf(texts: readonly string[]): string[][] {
  const batches: string[][] = [];
  let size = bytesPerBatch;
  for (const text of texts) {
    if (size + text.length > bytesPerBatch) {
      batches.push([]);
      size = 0;
    }
    batches.at(-1)?.push(text);
    size += text.length;
  }
  return batches;
}

interface Applied {
  readonly live: Live;
  readonly passwords: Passwords;
}

/** Passwords that can be seen are compared again; the others are taken to be what was sent. */
async function afterwards(
  { live, passwords }: Applied,
  { passwords: stored }: Inspection,
): Promise<Live> {
  const appliedPasswords = { ...live.appliedPasswords, ...live.passwordVersions };
  return { ...live, appliedPasswords, storedPasswords: await comparePasswords(stored, passwords) };
}

/** A second diff must be empty: what PostgreSQL did is then what was meant. Returns the new fingerprint. */
async function verify(
  session: Session,
  database: Database,
  scope: Scope,
  applied: Applied,
): Promise<string> {
  const [inspected, marked] = await runBatch(session.client, [
    inspectionQuery(session, scope),
    fingerprintQuery(session, scope),
  ]);
  if (inspected === undefined || marked === undefined)
    throw new RangeError('the verification had no result');
  const after = readInspection(inspected, database);
  const residue = planChanges(after.rows, await afterwards(applied, after));
  if (residue.changes.length > 0) throw notConvergent(explainPlan(residue));
  return readFingerprint(marked, database).fingerprint;
}

const shownResidue = 5;

function notConvergent(residue: readonly string[]): Refusal {
  const more =
    residue.length > shownResidue ? `; and ${String(residue.length - shownResidue)} more` : '';
  return new Refusal(
    'NotConvergent',
    `the database would still differ after the change, so it was rolled back: ${residue.slice(0, shownResidue).join('; ')}${more}`,
    'Often the connected role cannot revoke what another role granted: connect as a superuser or as that grantor.',
    residue,
  );
}

/** The role of setRole may not cancel what runs in a session of the login role; that one may. */
function cancelAsLogin({ client }: Session, pid: number): Promise<unknown> {
  const cancel = `SELECT pg_catalog.pg_cancel_backend(${String(pid)})`;
  return runBatch(client, ['BEGIN', 'SET LOCAL ROLE NONE', cancel, 'COMMIT']);
}

/** A running statement ends only when its server process is told to, which takes another connection. */
async function cancelBackend({ client }: Session, database: Database): Promise<void> {
  const pid =
    'processID' in client && typeof client.processID === 'number' ? client.processID : undefined;
  if (pid === undefined) return;
  await database.use((other) => cancelAsLogin(other, pid)).catch(() => undefined);
}
