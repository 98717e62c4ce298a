import type { QueryResult } from 'pg';
import { z } from 'zod';
import { decodeAll } from './decode-row.ts';

/** Lock key that every pgwarden takes before it writes to the database: an arbitrary number. */
export const usualKey = 8099007861556438382n;

const low = 32n;

/** All keys of writers share the upper half, by which they find each other. */
export const keyWith = (lower: number): bigint => ((usualKey >> low) << low) | BigInt(lower);

const holderRow = z.object({
  pid: z.number(),
  /** Null for a session that ended during the query. */
  role: z.string().nullable(),
  /** When its transaction began. Null if the connected role may not see it. */
  since: z.string().nullable(),
  key: z.string().transform(BigInt),
  standing: z.enum(['ours', 'possible', 'stranger']),
});

/** A session that holds one of the keys, and whether it may be a pgwarden that writes. */
export type WriterHolder = z.infer<typeof holderRow>;

export function readHolders(result: QueryResult): readonly WriterHolder[] {
  return decodeAll(holderRow, result);
}

/** UTC, to the second. */
export const timeText = (value: string): string =>
  `pg_catalog.to_char(${value} AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS')`;

/**
 * SELECT of the other sessions that hold a writers' key in this database.
 *
 * Anyone with CONNECT can hold such a key, but no session can hide the role it logged in as. `ours`: it has our rights
 * anyway, as a superuser, with the same login, or as a member of the role we log in or work as. `possible`: it may
 * create roles or owns the database, so it may be another installation. No other session can be a pgwarden that could
 * change what we change. A writer holds its key only in exclusive mode.
 */
export const holdersSql = (): string => `
  SELECT l.pid, a.usename::text AS role, ${timeText('a.xact_start')} AS since,
         (l.classid::bigint << ${String(low)} | l.objid::bigint)::text AS key,
         CASE WHEN l.mode <> 'ExclusiveLock' OR r.oid IS NULL THEN 'stranger'
              WHEN pg_catalog.pg_has_role(r.oid, session_user, 'MEMBER')
                OR pg_catalog.pg_has_role(r.oid, current_user, 'MEMBER') THEN 'ours'
              WHEN r.rolcreaterole OR pg_catalog.pg_has_role(r.oid, d.datdba, 'MEMBER') THEN 'possible'
              ELSE 'stranger' END AS standing
    FROM pg_catalog.pg_locks l
    JOIN pg_catalog.pg_database d ON d.oid = l.database AND d.datname = pg_catalog.current_database()
    LEFT JOIN pg_catalog.pg_stat_activity a ON a.pid = l.pid
    LEFT JOIN pg_catalog.pg_roles r ON r.oid = a.usesysid
   WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1
     AND l.classid::bigint = ${String(usualKey >> low)} AND l.pid <> pg_catalog.pg_backend_pid()
   ORDER BY l.pid`;

/** `session 4711 of role "ana"` */
export function sessionText(pid: number, role: string | null): string {
  const session = `session ${String(pid)}`;
  return role === null ? session : `${session} of role ${JSON.stringify(role)}`;
}

/** ` since 2026-11-30 12:00:00 UTC`, or that the connected role cannot see it. */
export function sinceText(since: string | null): string {
  return since === null
    ? ' (pgwarden needs pg_read_all_stats to see since when)'
    : ` since ${since} UTC`;
}

/** What a person runs to end a session, maybe in a database whose owner chose the search_path. */
export function endSession(pid: number): string {
  return `SELECT pg_catalog.pg_terminate_backend(${String(pid)})`;
}
