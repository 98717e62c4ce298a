import { randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { QueryResult } from 'pg';
import pg from 'pg';
import { z } from 'zod';
import { Refusal } from '../core/refusal.ts';
import { type BatchStatement, lastOf, runBatch } from './batch.ts';
import { decodeRow } from './decode-row.ts';
import type { Session } from './session.ts';
import { beginTransaction, writeStatementMs } from './transaction.ts';
import type { WriterHolder } from './writer-holders.ts';
import {
  endSession,
  holdersSql,
  keyWith,
  readHolders,
  sessionText,
  sinceText,
  usualKey,
} from './writer-holders.ts';

/** Timeouts of a transaction that writes. */
export interface WaitOptions {
  /** Ends a wait early. */
  readonly signal?: AbortSignal;
  /** How long a statement waits for a lock. Default 5 s. */
  readonly lockTimeoutMs?: number;
  /** How long to wait for another pgwarden that writes. Default 15 s. */
  readonly writerTimeoutMs?: number;
  /** How much of that time to wait for a session that may be another pgwarden, or someone else. Default 10 s. */
  readonly courtesyMs?: number;
}

export const defaultLockMs = 5_000;
const defaults = { writerTimeoutMs: 15_000, courtesyMs: 10_000 } as const;

/** What the inspection found, and the server process of this transaction. */
export interface Look {
  readonly results: readonly QueryResult[];
  readonly backend: number;
}

/**
 * Opens a transaction that writes, and inspects. Until it ends, it does not see commits of others, and no other
 * pgwarden writes to the database.
 *
 * A writer first takes a lock with one of the writers' keys, then checks which other sessions hold such a lock: of two
 * that begin at the same time, at least one sees the other. Usually all take the same key, and PostgreSQL lets them in
 * one after the other. If a foreign session holds that key, a writer takes another one. A writer that sees another
 * writer withdraws and waits. Each wait is a separate transaction, because the snapshot must not be older than the
 * writer it waited for.
 */
export async function inspectExclusively(
  session: Session,
  options: WaitOptions,
  look: BatchStatement,
): Promise<Look> {
  const started = Date.now();
  const { writerTimeoutMs, courtesyMs } = { ...defaults, ...options };
  let key = usualKey;
  for (let attempt = 0; ; attempt += 1) {
    const tried = await tryAlone(session, { key, look, options });
    const waited = Date.now() - started;
    const rival = tried.holders.find((each) => isWaitedFor(each, waited, courtesyMs));
    if (tried.kind === 'alone') {
      if (rival === undefined) return tried;
      await session.client.query('ROLLBACK');
    }
    const leftMs = writerTimeoutMs - waited;
    if (leftMs <= 0) refuseLate(tried, rival, attempt);
    if (rival !== undefined) await waitFor(session, rival, leftMs);
    if (rival !== undefined && key === usualKey) continue;
    key = keyWith(randomInt(2 ** 32));
    await sleep(jitterMs(attempt), undefined, options);
  }
}

/** Random pauses, so that several writers with different keys do not collide forever. */
function jitterMs(attempt: number): number {
  return Math.random() * Math.min(20 * 2 ** Math.min(attempt, 6), 1_000);
}

function isWaitedFor({ standing }: WriterHolder, waitedMs: number, courtesyMs: number): boolean {
  switch (standing) {
    case 'ours':
      return true;
    case 'possible':
      return waitedMs < courtesyMs;
    case 'stranger':
      return false;
  }
}

interface Attempt {
  readonly key: bigint;
  readonly look: BatchStatement;
  readonly options: WaitOptions;
}

type Tried = { readonly holders: readonly WriterHolder[] } & (
  (Look & { readonly kind: 'alone' }) | { readonly kind: 'taken'; readonly error: unknown }
);

/** A lock of a foreign session is no reason to give up, because there are many keys. */
const leastAttempts = 4;

function refuseLate(tried: Tried, rival: WriterHolder | undefined, attempt: number): void {
  if (rival !== undefined) throw taken(rival);
  if (tried.kind === 'taken' && attempt >= leastAttempts) throw tried.error;
}

/** Takes the key and inspects. If it is the only writer, the transaction stays open. */
async function tryAlone(session: Session, { key, look, options }: Attempt): Promise<Tried> {
  const { lockTimeoutMs: lockMs = defaultLockMs } = options;
  const statements = [
    ...beginTransaction(session, 'REPEATABLE READ READ WRITE', {
      statementMs: writeStatementMs,
      lockMs,
    }),
    'SET LOCAL lock_timeout = 1',
    takeLock(key),
    `SET LOCAL lock_timeout = ${String(lockMs)}`,
    holdersSql(),
    'SELECT pg_catalog.pg_backend_pid() AS pid',
    look,
  ];
  try {
    const results = await runBatch(session.client, statements, 'large');
    const [holders, backend] = results.slice(-3);
    if (holders === undefined || backend === undefined) throw new RangeError('results are missing');
    const { pid } = decodeRow(backendRow, backend);
    return { kind: 'alone', results, backend: pid, holders: readHolders(holders) };
  } catch (error) {
    if (!isState(error, lockNotAvailable)) throw error;
    await session.client.query('ROLLBACK');
    return { kind: 'taken', error, holders: await holdersOf(session) };
  }
}

const takeLock = (key: bigint): string => `SELECT pg_catalog.pg_advisory_xact_lock(${String(key)})`;

const backendRow = z.object({ pid: z.number() });

async function holdersOf(session: Session): Promise<readonly WriterHolder[]> {
  const results = await runBatch(session.client, [
    ...beginLooking(session),
    holdersSql(),
    'COMMIT',
  ]);
  return readHolders(lastOf(results.slice(0, -1)));
}

function beginLooking(session: Session): string[] {
  const limits = { statementMs: 10_000, lockMs: defaultLockMs };
  return beginTransaction(session, 'READ COMMITTED READ ONLY', limits);
}

/** After this time the holder of the lock is checked again. */
const longestWaitMs = 1_000;

/** Waits until the other session's transaction ends, or a moment has passed. Releases the lock at once. */
async function waitFor(session: Session, { key }: WriterHolder, leftMs: number): Promise<void> {
  const lockMs = Math.ceil(Math.min(Math.max(leftMs, 1), longestWaitMs));
  const limits = { statementMs: lockMs + defaultLockMs, lockMs };
  const begin = beginTransaction(session, 'READ COMMITTED READ WRITE', limits);
  // Writers do not take shared locks. Sessions that wait with the usual key pass one by one.
  const wait =
    key === usualKey
      ? takeLock(key)
      : `SELECT pg_catalog.pg_advisory_xact_lock_shared(${String(key)})`;
  try {
    await runBatch(session.client, [...begin, wait, 'COMMIT']);
  } catch (error) {
    if (!isState(error, lockNotAvailable)) throw error;
    await session.client.query('ROLLBACK');
  }
}

function isState(error: unknown, state: string): boolean {
  return error instanceof pg.DatabaseError && error.code === state;
}

const lockNotAvailable = '55P03';

function taken({ pid, role, since }: WriterHolder): Refusal {
  return new Refusal(
    'LockContention',
    `${sessionText(pid, role)} holds the lock of pgwarden's writers${sinceText(since)}`,
    `Wait if it is another pgwarden, which retries within seconds. Otherwise end the session: ${endSession(pid)}`,
  );
}
