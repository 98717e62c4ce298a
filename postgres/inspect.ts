import { createHash } from 'node:crypto';
import type { QueryResult } from 'pg';
import { z } from 'zod';
import { decodeInParts } from '../core/inspect/live-rows.ts';
import type { LiveRows, GroupNames, RoleRights, ServerFacts } from '../core/live.ts';
import type { EventTrigger } from '../core/inspect/event-triggers.ts';
import type { Scope } from '../core/catalog/scope.ts';
import {
  type ReusableStatement,
  elsewhereSql,
  inspectionStatement,
  membersSql,
} from '../core/inspect/inspection.ts';
import { lastOf, runBatch } from './batch.ts';
import { inTurns } from '../core/in-turns.ts';
import { decodeAll, decodeRow, jsonOf, listOf } from './decode-row.ts';
import type { DatabaseIdentity } from './contract.ts';
import type { Database } from './pool.ts';
import type { Session } from './session.ts';
import { Refusal } from '../core/refusal.ts';

/** The oldest and newest versions that this code is tested with. */
const supported = { from: 14, to: 18 };

const serverRow = z.object({
  major: z.number(),
  database: z.string(),
  user: z.string(),
  login: z.string(),
  superuser: z.boolean(),
  bootstrap: z.string(),
  system: z.string().nullable(),
});

const way = z.discriminatedUnion('via', [
  z.object({
    via: z.literal('member'),
    role: z.string(),
    member: z.string(),
    grantor: z.string().nullable(),
    admin: z.boolean(),
    inherit: z.boolean(),
    set: z.boolean(),
  }),
  z.object({
    via: z.literal('grant'),
    type: z.enum(['database', 'schema']),
    name: z.string(),
    owner: z.string(),
    privilege: z.enum(['CREATE', 'USAGE']),
    grantee: z.string(),
  }),
]);

const roleRights = z.object({
  usable: listOf(z.string()),
  inherited: listOf(z.string()),
  settable: listOf(z.string()),
  grantable: listOf(z.string()),
  selfGranted: listOf(z.object({ role: z.string(), inherit: z.boolean(), set: z.boolean() })),
  attributes: listOf(z.string()),
  createsSchemas: z.boolean(),
  closedSchemas: listOf(z.object({ schema: z.string(), owner: z.string() })),
  ways: listOf(way),
  service: z.object({ admin: z.string(), isMember: z.boolean(), aurora: z.boolean() }).nullable(),
});

const storedVerifiers = z.object({
  encryption: z.string(),
  iterations: z.number().nullable(),
  verifiers: z.record(z.string(), z.string().nullable()).nullable(),
});

const eventTriggers = listOf(
  z.object({
    database: z.string(),
    trigger: z.string(),
    function: z.string(),
    owner: z.string(),
    trusted: listOf(z.string()),
  }),
);

const fingerprintRow = serverRow.extend({ fingerprint: z.string() });
const inspectionRow = serverRow.extend({
  rights: jsonOf(roleRights),
  passwords: jsonOf(storedVerifiers),
  triggers: jsonOf(eventTriggers),
  rows: jsonOf(z.array(z.unknown())),
  fingerprint: z.string().nullable(),
});

/** What the server answers to an inspection. */
export type InspectionRow = Readonly<z.input<typeof inspectionRow>>;

const elsewhereRow = serverRow.extend({
  triggers: jsonOf(eventTriggers),
  rows: jsonOf(z.array(z.unknown())),
});
const memberRow = z.object({ group_key: z.string(), name: z.string() });

/** How the server stores passwords, with verifiers by role, null if this user may not read them: never log it. */
export type StoredVerifiers = Readonly<z.infer<typeof storedVerifiers>>;

export interface Inspection {
  readonly identity: DatabaseIdentity;
  readonly server: ServerFacts;
  readonly rights: RoleRights;
  readonly passwords: StoredVerifiers;
  readonly triggers: readonly EventTrigger[];
  readonly rows: LiveRows;
  /** Fingerprint of these rows. Empty unless requested. */
  readonly fingerprint: string;
}

/** One SELECT with one row: the facts of the server and the fingerprint of everything in scope. */
export function fingerprintQuery(session: Session, scope: Scope): ReusableStatement {
  return inspection(session, scope, { rows: false, fingerprint: true });
}

/** The same statement with the rows; with the fingerprint only if `marked`. */
export function inspectionQuery(session: Session, scope: Scope, marked = false): ReusableStatement {
  return inspection(session, scope, { rows: true, fingerprint: marked });
}

function inspection(
  session: Session,
  scope: Scope,
  wanted: { readonly rows: boolean; readonly fingerprint: boolean },
): ReusableStatement {
  const options = { readsPasswords: readsPasswords(session, scope), ...wanted };
  const statement = inspectionStatement(session.major, scope, options);
  return { ...statement, text: (values) => withIdentity(session, statement.text(values)) };
}

/** A query that names pg_authid fails for a user without the right to read it, even if it finds no row. */
function readsPasswords(session: Session, { passwords }: Scope): boolean {
  return session.readsPasswords && passwords.length > 0;
}

/** The rows that kinds need from another database of the server. */
export function elsewhereQuery(session: Session, scope: Scope): string {
  return withIdentity(session, elsewhereSql(session.major, scope));
}

function withIdentity({ readsIdentity, major }: Session, sql: string): string {
  refuseUnsupported(major);
  const system = readsIdentity
    ? '(SELECT c.system_identifier::text FROM pg_catalog.pg_control_system() c)'
    : "pg_catalog.host(pg_catalog.inet_server_addr()) || ':' || pg_catalog.inet_server_port()";
  return `SELECT ${system} AS system, q.* FROM (${sql}) q`;
}

function refuseUnsupported(major: number): void {
  if (major >= supported.from) return;
  throw new Refusal(
    'UnsupportedServer',
    `the server is PostgreSQL ${String(major)}, older than ${String(supported.from)}`,
    `Upgrade the server to a supported version, ${String(supported.from)} to ${String(supported.to)}.`,
  );
}

export function readFingerprint(
  result: QueryResult,
  database: Database,
): { identity: DatabaseIdentity; server: ServerFacts; fingerprint: string } {
  const { fingerprint, ...row } = decodeRow(fingerprintRow, result);
  return { ...readServer(row, database), fingerprint };
}

export async function readInspection(result: QueryResult, database: Database): Promise<Inspection> {
  const { rows, rights, passwords, triggers, fingerprint, ...row } = decodeRow(
    inspectionRow,
    result,
  );
  return {
    ...readServer(row, database),
    rights,
    passwords,
    triggers,
    rows: await inTurns(decodeInParts(rows)),
    fingerprint: fingerprint ?? '',
  };
}

export function readElsewhere(
  result: QueryResult,
  database: Database,
): {
  identity: DatabaseIdentity;
  rows: readonly unknown[];
  triggers: readonly EventTrigger[];
} {
  const { rows, triggers, ...row } = decodeRow(elsewhereRow, result);
  return { identity: readServer(row, database).identity, rows, triggers };
}

function readServer(
  { system, ...server }: z.infer<typeof serverRow>,
  { target }: Database,
): { identity: DatabaseIdentity; server: ServerFacts } {
  const name = system ?? `${target.host.toLowerCase()}:${String(target.port)}`;
  const id = createHash('sha256').update(name).digest('hex').slice(0, 16);
  return { identity: { server: id, database: server.database }, server };
}

/**
 * The names of the objects in the groups that a plan changes. One round trip, or none without groups. `begin` opens a
 * transaction; without it, one is open already.
 */
export async function readMembers(
  { client, major }: Session,
  scope: Scope,
  groups: readonly string[],
  begin?: readonly string[],
): Promise<GroupNames> {
  const names = new Map<string, string[]>(groups.map((group) => [group, []]));
  if (groups.length === 0) return names;
  const query = membersSql(major, scope, groups);
  const batch = begin === undefined ? [query] : [...begin, query, 'COMMIT'];
  const results = await runBatch(client, batch, 'large');
  const members = lastOf(begin === undefined ? results : results.slice(0, -1));
  for (const { group_key: group, name } of decodeAll(memberRow, members))
    names.get(group)?.push(name);
  return names;
}
