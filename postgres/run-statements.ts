import pg from 'pg';
import type { Live } from '../core/live.ts';
import type { Statement } from '../core/statement.ts';
import { Refusal } from '../core/refusal.ts';
import { runBatch } from './batch.ts';
import { type Waiter, namingHolders } from './lock-holders.ts';
import { sentTexts } from './render-sql.ts';
import type { Session } from './session.ts';

/** Bytes of SQL per round trip: enough to need few of them, but not too many for a server's memory. */
const bytesPerBatch = 1_000_000;

/** Statements per round trip: each response counts as progress, without which an apply is aborted. */
const statementsPerBatch = 500;

interface Surroundings {
  readonly live: Live;
  readonly waiter: Waiter;
}

/**
 * Runs statements in as few round trips as their size allows. Objects that someone has dropped are skipped if a
 * statement is about several objects, or about nothing else. Returns the SQL names of those. An error names what
 * earlier steps have committed.
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

/** Splits the objects of a statement in halves until the dropped object is alone, and returns it. */
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

/** False if something in the texts was dropped; the statements then have no effect. */
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

/** Includes objects that have just been dropped. A dropped role needs a new plan. */
function isGone(error: unknown): boolean {
  if (!(error instanceof pg.DatabaseError)) return false;
  if (error.code === 'XX000')
    return /^(tuple concurrently deleted|cache lookup failed)/.test(error.message);
  // undefined_object can be a type, a server and so on, or a role: only the source location tells
  // which.
  if (error.code === '42704')
    return error.file !== undefined && !/^(acl|user|pg_shdepend)\.c$/.test(error.file);
  return goneStates.includes(error.code ?? '');
}

/** A failure does not undo what earlier steps have committed. */
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
