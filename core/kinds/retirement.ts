import { z } from 'zod';
import type { RetirementSpec } from '../graph.ts';
import type { Edit, Fact, Live, ObjectKind, PgMajor, Statement } from '../kind.ts';
import { Refusal } from '../refusal.ts';
import { quoteIdentifier, quoteLiteral } from '../sql.ts';

/** A role that is to go and is still there, with what holds it. */
export interface RetirementFact extends Fact {
  readonly kind: 'retirement';
  readonly id: { readonly role: string };
  readonly state: {
    readonly reassignOwnedTo: string | undefined;
    readonly dropOwned: boolean;
    readonly terminateSessions: boolean;
    readonly blockers: readonly string[];
  };
}

const dependency = z.object({
  what: z.enum(['owned', 'kept', 'privilege', 'other']),
  where: z.enum(['here', 'shared', 'elsewhere']),
  database: z.string().nullable(),
  object: z.string().nullable(),
  revocable: z.boolean(),
});
type Dependency = z.infer<typeof dependency>;

const row = z.object({
  role: z.string(),
  sessions: z.boolean(),
  dependencies: z.array(dependency),
});

/** What REASSIGN OWNED passes over. Source: shdepReassignOwned() in pg_shdepend.c. */
const notReassigned =
  "'pg_catalog.pg_default_acl'::regclass, 'pg_catalog.pg_user_mapping'::regclass";

/** Whether the privilege of dependency `d` is one that kinds read, so that the same plan revokes it. */
const isRevoked = (pg: PgMajor): string => `
                          EXISTS (SELECT FROM scope_object o
                                    JOIN pg_catalog.pg_database b ON b.datname = o.name
                                   WHERE o.type = 'database' AND b.oid = d.objid
                                     AND d.classid = 'pg_catalog.pg_database'::regclass)
                          OR ${pg >= 16 ? "d.classid = 'pg_catalog.pg_auth_members'::regclass AND d.objid IN (SELECT m.oid FROM pg_catalog.pg_auth_members m JOIN scope_role g ON g.oid = m.roleid)" : 'false'}
                          OR d.dbid = c.oid AND EXISTS (
                          SELECT FROM scope_schema s
                           WHERE s.oid = d.objid AND d.classid = 'pg_catalog.pg_namespace'::regclass
                              OR s.oid IN (
                                   SELECT relnamespace FROM pg_catalog.pg_class WHERE oid = d.objid AND d.classid = 'pg_catalog.pg_class'::regclass
                                   UNION ALL
                                   SELECT pronamespace FROM pg_catalog.pg_proc WHERE oid = d.objid AND d.classid = 'pg_catalog.pg_proc'::regclass AND prokind <> 'p'
                                   UNION ALL
                                   SELECT typnamespace FROM pg_catalog.pg_type WHERE oid = d.objid AND d.classid = 'pg_catalog.pg_type'::regclass
                                   UNION ALL
                                   SELECT defaclnamespace FROM pg_catalog.pg_default_acl WHERE oid = d.objid AND d.classid = 'pg_catalog.pg_default_acl'::regclass))`;

export const retirement: ObjectKind<RetirementFact, z.infer<typeof row>> = {
  name: 'retirement',
  inspect: {
    // pg_describe_object knows the objects of this database only: for others the database is named instead.
    sql: (pg) => `
    SELECT jsonb_build_object(
             'kind', 'retirement', 'role', r.name,
             'sessions', EXISTS (SELECT FROM pg_catalog.pg_stat_activity a WHERE a.usesysid = r.oid),
             'dependencies', COALESCE((
               SELECT jsonb_agg(DISTINCT jsonb_build_object(
                        'what', CASE WHEN d.deptype = 'a' THEN 'privilege'
                                     WHEN d.deptype <> 'o' THEN 'other'
                                     WHEN d.classid IN (${notReassigned}) THEN 'kept' ELSE 'owned' END,
                        'where', CASE d.dbid WHEN 0 THEN 'shared' WHEN c.oid THEN 'here' ELSE 'elsewhere' END,
                        'database', b.datname,
                        'object', CASE WHEN d.dbid IN (0, c.oid)
                                       THEN pg_catalog.pg_describe_object(d.classid, d.objid, d.objsubid) END,
                        'revocable', d.deptype = 'a' AND d.objsubid = 0 AND (${isRevoked(pg)})))
                 FROM pg_catalog.pg_shdepend d
                 JOIN pg_catalog.pg_database c ON c.datname = pg_catalog.current_database()
                 LEFT JOIN pg_catalog.pg_database b ON b.oid = d.dbid
                WHERE d.refclassid = 'pg_catalog.pg_authid'::regclass AND d.refobjid = r.oid
                  AND d.deptype IN ('o', 'a', 'r', 'i')), '[]'))
      FROM scope_role r
      JOIN scope_retired t ON t.name = r.name`,
  },
  decode: (value) => row.parse(value),
  observed: (rows, { graph }) =>
    rows.flatMap((found) => observedRetirement(found, graph.retirements)),
  desired: () => [],
  key: ({ role }) => role,
  needs: ({ state }) =>
    state.reassignOwnedTo === undefined ? [] : [{ kind: 'role', key: state.reassignOwnedTo }],
  governs: () => true,
  effect: () => 'destroys',
  unsafe: blockedDrop,
  render: (edits) => edits.flatMap(({ fact }) => renderRetirement(fact)),
  explain: ({ fact }) => `role ${fact.id.role} is retired`,
  counts: ({ fact }) => [
    { as: 'roles_dropped', once: fact.id.role },
    ...(fact.state.terminateSessions
      ? [{ as: 'sessions_terminated', once: fact.id.role } as const]
      : []),
  ],
};

function observedRetirement(
  found: z.infer<typeof row>,
  specs: readonly RetirementSpec[],
): RetirementFact[] {
  const spec = specs.find(({ role }) => role === found.role);
  if (spec === undefined) return [];
  const { role, ...state } = spec;
  const held = found.dependencies.filter((entry) => !isCleared(entry, spec)).map(describe);
  const sessions = found.sessions && !spec.terminateSessions ? ['has open sessions'] : [];
  return [
    {
      kind: 'retirement',
      id: { role },
      state: { ...state, blockers: [...sessions, ...held].sort() },
    },
  ];
}

/** Whether the retirement's own steps, or revokes in the same plan, remove this dependency. */
function isCleared({ what, where, revocable }: Dependency, spec: RetirementSpec): boolean {
  if (where === 'elsewhere') return false;
  switch (what) {
    case 'owned':
      return spec.reassignOwnedTo !== undefined || (spec.dropOwned && where === 'here');
    case 'kept':
      return spec.dropOwned && where === 'here';
    case 'privilege':
      return revocable || spec.dropOwned;
    case 'other':
      return spec.dropOwned;
  }
}

function describe({ what, where, database, object }: Dependency): string {
  const verb = {
    owned: 'owns',
    kept: 'owns',
    privilege: 'has privileges on',
    other: 'is named by',
  }[what];
  if (where === 'elsewhere') return `${verb} objects in database ${database ?? 'unknown'}`;
  return `${verb} ${object ?? 'an object'}`;
}

const shownBlockers = 5;

function blockedDrop({ fact }: Edit<RetirementFact>, { server }: Live): Refusal | undefined {
  const { role } = fact.id;
  if (role === server.user || role === server.login) {
    return new Refusal(
      'UnsafeSelfChange',
      `the policy retires ${quoteIdentifier(role)}, the role it connects with`,
      'Connect with another role, or leave this one out of retirements.',
    );
  }
  const { blockers } = fact.state;
  if (blockers.length === 0) return undefined;
  const more =
    blockers.length > shownBlockers ? ` and ${String(blockers.length - shownBlockers)} more` : '';
  return new Refusal(
    'UnsafeRoleDrops',
    `role ${quoteIdentifier(role)} cannot be dropped: it ${blockers.slice(0, shownBlockers).join(', it ')}${more}`,
    'Set reassign_owned_to, drop_owned or terminate_sessions, or move what it holds in other databases first.',
    blockers,
  );
}

/** How long to wait for a session to be gone: what it holds, e.g. temporary tables, would block the drop. */
const sessionEndMs = 5_000;

function renderRetirement({ id, state }: RetirementFact): Statement[] {
  const name = quoteIdentifier(id.role);
  const why = `role ${id.role} is retired`;
  const statements: Statement[] = [];
  if (state.terminateSessions) {
    statements.push({
      text: `ALTER ROLE ${name} NOLOGIN`,
      why: `${why}: no new sessions once this is committed`,
      risk: 'loses access',
    });
    statements.push({
      text:
        `SELECT pg_catalog.pg_terminate_backend(pid, ${String(sessionEndMs)})` +
        ` FROM pg_catalog.pg_stat_activity WHERE usename = ${quoteLiteral(id.role)} AND pid <> pg_catalog.pg_backend_pid()`,
      why: `${why}: its sessions end`,
      risk: 'loses access',
    });
  }
  if (state.reassignOwnedTo !== undefined) {
    const text = `REASSIGN OWNED BY ${name} TO ${quoteIdentifier(state.reassignOwnedTo)}`;
    statements.push({
      text,
      why: `${why}: ${state.reassignOwnedTo} gets what it owns`,
      risk: 'none',
      rights: [id.role, state.reassignOwnedTo],
    });
  }
  if (state.dropOwned) {
    const risk = state.reassignOwnedTo === undefined ? 'loses data' : 'loses access';
    statements.push({
      text: `DROP OWNED BY ${name}`,
      why: `${why}: what it still owns goes`,
      risk,
      rights: [id.role],
    });
  }
  statements.push({ text: `DROP ROLE ${name}`, why, risk: 'loses access' });
  return statements;
}
