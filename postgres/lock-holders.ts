import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { visible } from '../core/control-characters.ts';
import { quoteLiteral } from '../core/sql.ts';
import { Refusal } from '../core/refusal.ts';
import { lastOf, runBatch } from './batch.ts';
import { classifyError } from './classify.ts';
import { decodeAll } from './decode-row.ts';
import type { Database } from './pool.ts';
import { withoutHidden } from './redact.ts';
import { beginTransaction } from './transaction.ts';
import { endSession, sessionText, sinceText, timeText } from './writer-holders.ts';

const holderRow = z.object({
  /** 0 for a prepared transaction, which has no session. */
  pid: z.number(),
  role: z.string().nullable(),
  since: z.string().nullable(),
  gid: z.string().nullable(),
  database: z.string().nullable(),
  /** The locked object, e.g. `a row of pg_catalog.pg_authid`. */
  object: z.string(),
});

type LockHolder = z.infer<typeof holderRow>;

const sameLock = ['locktype', 'database', 'relation', 'page', 'tuple', 'transactionid']
  .concat(['classid', 'objid', 'objsubid'])
  .map((column) => `h.${column} IS NOT DISTINCT FROM w.${column}`)
  .join(' AND ');

/** Name of a relation of this database or of a shared one. */
const relationName = (lock: string): string => `(
           SELECT n.nspname || '.' || c.relname
             FROM pg_catalog.pg_class c
             JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
            WHERE c.oid = ${lock}.relation
              AND (c.relisshared OR ${lock}.database = (
                    SELECT d.oid FROM pg_catalog.pg_database d WHERE d.datname = pg_catalog.current_database())))`;

/** A wait for a row lock appears as a wait for a transaction. The table of the row is known from the waiter's own lock. */
const waiting = (pid: number): string => `
         SELECT COALESCE(CASE w.locktype
                  WHEN 'relation' THEN 'relation ' || ${relationName('w')}
                  WHEN 'tuple' THEN 'a row of ' || ${relationName('w')}
                  WHEN 'object' THEN pg_catalog.pg_describe_object(w.classid, w.objid, w.objsubid)
                  WHEN 'transactionid' THEN (
                    SELECT 'a row of ' || ${relationName('t')}
                      FROM pg_catalog.pg_locks t
                     WHERE t.pid = w.pid AND t.locktype = 'tuple' AND t.granted
                     LIMIT 1) END, 'a lock of type ' || w.locktype) AS object
           FROM pg_catalog.pg_locks w
          WHERE w.pid = ${String(pid)} AND NOT w.granted
          LIMIT 1`;

/**
 * Others may wait in the same queue, so only sessions that wait for nobody count. A prepared transaction holds a lock
 * on its own ID.
 */
const holdersSql = (pid: number): string => `
  WITH RECURSIVE chain (pid) AS (
         SELECT pg_catalog.unnest(pg_catalog.pg_blocking_pids(${String(pid)}))
          UNION
         SELECT pg_catalog.unnest(pg_catalog.pg_blocking_pids(c.pid)) FROM chain c WHERE c.pid <> 0
       ), waiting AS MATERIALIZED (${waiting(pid)}
       )
  SELECT c.pid, COALESCE(a.usename, p.owner)::text AS role, ${timeText('COALESCE(a.xact_start, p.prepared)')} AS since,
         p.gid, p.database::text AS database, o.object
    FROM chain c
   CROSS JOIN waiting o
    LEFT JOIN pg_catalog.pg_stat_activity a ON a.pid = c.pid
    LEFT JOIN pg_catalog.pg_prepared_xacts p ON c.pid = 0 AND EXISTS (
           SELECT FROM pg_catalog.pg_locks w
             JOIN pg_catalog.pg_locks h ON ${sameLock}
            WHERE NOT w.granted AND (w.pid = ${String(pid)} OR w.pid IN (SELECT b.pid FROM chain b))
              AND h.granted AND h.pid IS NULL
              AND EXISTS (
                    SELECT FROM pg_catalog.pg_locks x
                     WHERE x.pid IS NULL AND x.virtualtransaction = h.virtualtransaction
                       AND x.transactionid = p.transaction))
   WHERE c.pid = 0 OR pg_catalog.cardinality(pg_catalog.pg_blocking_pids(c.pid)) = 0
   ORDER BY p.gid, c.pid
   LIMIT 3`;

/** The connection of a waiting transaction, and its timeout for one lock. */
export interface Waiter {
  readonly database: Database;
  /** Its server process. */
  readonly backend: number;
  readonly lockMs: number;
}

/**
 * Runs work that may wait for a lock. During the wait another connection finds the holder, because that is impossible
 * afterwards. Throws Refusal; `LockContention` then names the holder.
 */
export async function namingHolders<T>(waiter: Waiter, work: () => Promise<T>): Promise<T> {
  const over = new AbortController();
  const seen = watchHolders(waiter, over.signal);
  try {
    return await work();
  } catch (error) {
    const refusal = classifyError(error, 'change', waiter.database.target);
    if (refusal.code !== 'LockContention') throw refusal;
    throw withoutHidden(named(refusal, seen.holders), waiter.database.target);
  } finally {
    over.abort();
  }
}

const longestPauseMs = 1_000;

interface Seen {
  holders: readonly LockHolder[];
}

/** Checks a few times during a wait for a lock, and keeps the last result that has a holder. */
function watchHolders({ database, backend, lockMs }: Waiter, signal: AbortSignal): Seen {
  const seen: Seen = { holders: [] };
  const pauseMs = Math.min(longestPauseMs, Math.ceil(lockMs / 4));
  const watch = async (): Promise<void> => {
    for (;;) {
      await sleep(pauseMs, undefined, { signal });
      const holders = await holdersOf(database, backend);
      if (holders.length > 0) seen.holders = holders;
    }
  };
  // It ends with the work or with the connection; without a result, the refusal names no holder.
  watch().catch(() => undefined);
  return seen;
}

const limits = { statementMs: 5_000, lockMs: 1_000 };

function holdersOf(database: Database, backend: number): Promise<readonly LockHolder[]> {
  return database.use(async (session) => {
    const begin = beginTransaction(session, 'READ COMMITTED READ ONLY', limits);
    const batch = [...begin, holdersSql(backend), 'COMMIT'];
    const results = await runBatch(session.client, batch);
    return decodeAll(holderRow, lastOf(results.slice(0, -1)));
  });
}

function named(refusal: Refusal, holders: readonly LockHolder[]): Refusal {
  const [first] = holders;
  if (first === undefined) return refusal;
  const who = holders.map(holderText).join(', ');
  const { code, message, details } = refusal;
  return new Refusal(
    code,
    `${message}: ${visible(`${first.object} is locked by ${who}`)}`,
    visible(remedy(first)),
    details,
  );
}

function holderText({ pid, role, since, gid, database }: LockHolder): string {
  if (gid === null) return `${sessionText(pid, role)}${sinceText(since)}`;
  return `prepared transaction ${quoteLiteral(gid)} of role ${JSON.stringify(role)} in database ${JSON.stringify(database)}${sinceText(since)}`;
}

function remedy({ pid, gid, database }: LockHolder): string {
  if (gid !== null)
    return `In database ${JSON.stringify(database)}, run ROLLBACK PREPARED ${quoteLiteral(gid)}, or COMMIT PREPARED.`;
  if (pid === 0) return 'See pg_prepared_xacts for a prepared transaction, and roll it back.';
  return `Wait: pgwarden retries within seconds. If this persists, end the session: ${endSession(pid)}`;
}
