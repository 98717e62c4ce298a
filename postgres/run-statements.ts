import pg from 'pg';
import type { Live, Statement } from '../core/kind.ts';
import { Refusal } from '../core/refusal.ts';
import { runBatch } from './batch.ts';
import type { Waiter } from './lock-holders.ts';
import { namingHolders } from './lock-holders.ts';
import { sentTexts } from './render-sql.ts';
import type { Session } from './session.ts';

/** Bytes of SQL in one round trip: large enough to be few, small enough for a server's memory. */
const bytesPerBatch = 1_000_000;

/** Statements in one round trip: each answer is a sign of progress, without which an apply is given up. */
const statementsPerBatch = 500;

interface Surroundings {
  readonly live: Live;
  readonly waiter: Waiter;
}

/**
 * Runs statements in as few round trips as their size allows. An object that somebody dropped since it was seen is passed
 * over, where a statement names several or is about nothing else: returned are the SQL names of those. Throws, with
 * what stays all the same said in it.
 */
export async function runStatements(
  session: Session,
  statements: readonly Statement[],
  { live, waiter }: Surroundings,
  verifiers: ReadonlyMap<string, string>,
): Promise<readonly string[]> {
  const sent: Send = (some) => sentTexts(some, live.server.user, verifiers);
  try {
    return await namingHolders(waiter, () => runBatches(session, statements, sent));
  } catch (error) {
    throw error instanceof Refusal ? withStanding(error, statements) : error;
  }
}

type Send = (some: readonly Statement[]) => string[];

async function runBatches(
  session: Session,
  statements: readonly Statement[],
  sent: Send,
): Promise<readonly string[]> {
  const gone: string[] = [];
  for (const batch of batchesOf(statements)) {
    if (await isRun(session, sent(batch))) continue;
    for (const statement of batch) gone.push(...(await runOnWhatIsLeft(session, statement, sent)));
  }
  return gone;
}

/** Halves what a statement is about until what is gone stands alone. Returns that. */
async function runOnWhatIsLeft(
  session: Session,
  statement: Statement,
  sent: Send,
): Promise<readonly string[]> {
  const { objects = [] } = statement;
  if (objects.length === 0) {
    await runBatch(session.client, sent([statement]), 'large');
    return [];
  }
  if (await isRun(session, sent([statement]))) return [];
  if (objects.length === 1) return objects;
  const middle = Math.ceil(objects.length / 2);
  return [
    ...(await runOnWhatIsLeft(session, about(statement, objects.slice(0, middle)), sent)),
    ...(await runOnWhatIsLeft(session, about(statement, objects.slice(middle)), sent)),
  ];
}

/** The same statement about some of its objects. */
function about(statement: Statement, objects: readonly string[]): Statement {
  const list = (statement.objects ?? []).join(', ');
  return { ...statement, objects, text: statement.text.replace(list, () => objects.join(', ')) };
}

/** False when something in the texts is gone; then it is as if they had not been sent. */
async function isRun({ client }: Session, texts: readonly string[]): Promise<boolean> {
  try {
    await runBatch(client, ['SAVEPOINT before', ...texts, 'RELEASE SAVEPOINT before'], 'large');
    return true;
  } catch (error) {
    if (!isGone(error)) throw error;
    await runBatch(client, ['ROLLBACK TO SAVEPOINT before', 'RELEASE SAVEPOINT before']);
    return false;
  }
}

/** undefined_table, _function and _schema; wrong_object_type, where another object took the name. */
const goneStates = ['42P01', '42883', '3F000', '42809'];

/** What was dropped a moment before, too. A role that is gone needs a new plan. */
function isGone(error: unknown): boolean {
  if (!(error instanceof pg.DatabaseError)) return false;
  if (error.code === 'XX000')
    return /^(tuple concurrently deleted|cache lookup failed)/.test(error.message);
  // undefined_object is a type, a server and so on, or a role: only the place in PostgreSQL's source tells which.
  if (error.code === '42704')
    return error.file !== undefined && !/^(acl|user|pg_shdepend)\.c$/.test(error.file);
  return goneStates.includes(error.code ?? '');
}

/** What earlier steps committed is not undone by what fails now. */
export function withStanding(refusal: Refusal, statements: readonly Statement[]): Refusal {
  const standing = [...new Set(statements.flatMap(({ stays }) => stays ?? []))];
  if (standing.length === 0) return refusal;
  const { code, message, hint, details } = refusal;
  return new Refusal(code, `${message}; ${standing.join(', ')}`, hint, details);
}

function batchesOf(statements: readonly Statement[]): Statement[][] {
  const batches: Statement[][] = [];
  let size = bytesPerBatch;
  for (const statement of statements) {
    const { length } = statement.text;
    if (size + length > bytesPerBatch || batches.at(-1)?.length === statementsPerBatch) {
      batches.push([]);
      size = 0;
    }
    batches.at(-1)?.push(statement);
    size += length;
  }
  return batches;
}
