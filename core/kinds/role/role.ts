import { alteredRoles, attributes, type RoleState, type RoleFact } from './fact.ts';
import { z } from 'zod';
import type { RoleGraph, RoleSpec } from '../../graph.ts';
import type { ObjectKind } from '../../kind.ts';
import { type Edit, usualEffect } from '../../fact.ts';
import type { Live, LiveRows } from '../../live.ts';
import type { Statement } from '../../statement.ts';
import { plainRole } from '../../plain-role.ts';
import { everyone } from '../../public.ts';
import { quoteIdentifier, quoteLiteral } from '../../sql.ts';
import { lacksForRole, leftOfRole, takenByRole } from './authority.ts';
import { unsafeForOurselves } from './self-change.ts';

const row = z.object({
  name: z.string(),
  login: z.boolean(),
  superuser: z.boolean(),
  createdb: z.boolean(),
  createrole: z.boolean(),
  inherit: z.boolean(),
  replication: z.boolean(),
  bypassrls: z.boolean(),
  connectionLimit: z.number(),
  validUntil: z.number().nullable(),
  comment: z.string().nullable(),
});

/** Stands for VALID UNTIL '-infinity'. It is the earliest instant in JavaScript, and no manifest can declare it. */
const expiredAlways = -8_640_000_000_000_000;

export const role: ObjectKind<RoleFact, z.infer<typeof row>, 'roles_created' | 'roles_altered'> = {
  name: 'role',
  inspect: {
    sql: () => `
    SELECT json_build_object(
             'kind', 'role', 'name', r.rolname, 'login', r.rolcanlogin, 'superuser', r.rolsuper,
             'createdb', r.rolcreatedb, 'createrole', r.rolcreaterole, 'inherit', r.rolinherit,
             'replication', r.rolreplication, 'bypassrls', r.rolbypassrls,
             'connectionLimit', r.rolconnlimit,
             'validUntil', CASE WHEN r.rolvaliduntil = '-infinity' THEN ${String(expiredAlways)}
                                WHEN pg_catalog.isfinite(r.rolvaliduntil)
                                THEN pg_catalog.floor(EXTRACT(epoch FROM r.rolvaliduntil) * 1000) END,
             'comment', pg_catalog.shobj_description(r.oid, 'pg_authid'))
      FROM pg_catalog.pg_roles r
      JOIN scope_role s ON s.oid = r.oid`,
  },
  decode: (value) => row.parse(value),
  observed: (rows, live) =>
    rows
      .filter(({ name }) => live.managed.has(name))
      .map(({ name, validUntil, comment, ...rest }) => ({
        kind: 'role',
        id: { name },
        state: { ...rest, validUntil: validUntil ?? undefined, comment: comment ?? undefined },
      })),
  desired: (_rows, live) => live.graph.roles.filter(({ external }) => !external).map(desiredRole),
  missing: missingRoles,
  key: ({ name }) => name,
  needs: () => [],
  creates: ({ id }) => id.name,
  governs: () => false,
  effect: usualEffect,
  unsafe: unsafeForOurselves,
  takes: ({ op, fact }, live) => (op === 'create' ? [] : takenByRole(fact.id.name, live)),
  lacks: lacksForRole,
  ways: { about: ({ id }) => id.name, left: leftOfRole },
  render: (edits) => edits.flatMap(renderRole),
  explain: (edit) => `role ${edit.fact.id.name} is ${edit.op === 'create' ? 'created' : 'altered'}`,
  summary: { roles_created: { place: 10, line: ['+', 'role'] }, ...alteredRoles },
  counts: ({ op, fact }) => [
    { as: op === 'create' ? 'roles_created' : 'roles_altered', once: fact.id.name },
  ],
};

/** Declared roles that the plan creates. Mode `revoke` creates none. */
export function newRolesIn(
  rows: LiveRows,
  { graph, mode }: Pick<Live, 'graph' | 'mode'>,
): ReadonlySet<string> {
  if (mode === 'revoke') return new Set();
  const present = new Set((rows.get(role.name) ?? []).map((value) => role.decode(value).name));
  const declared = graph.roles.filter(({ external, name }) => !external && !present.has(name));
  return new Set(declared.map(({ name }) => name));
}

function desiredRole(spec: RoleSpec): RoleFact {
  const { name, login, superuser, createdb, createrole, inherit, replication, bypassrls } = spec;
  const { connectionLimit, validUntil, comment } = spec;
  const flags = { login, superuser, createdb, createrole, inherit, replication, bypassrls };
  return { kind: 'role', id: { name }, state: { ...flags, connectionLimit, validUntil, comment } };
}

/** Roles that a manifest only names must exist: otherwise a GRANT to them would fail in the middle of the plan. */
function missingRoles(rows: readonly { name: string }[], { graph, managed }: Live): string[] {
  const present = new Set(rows.map(({ name }) => name));
  const absent = new Set<string>();
  for (const name of namedRoles(graph))
    if (name !== everyone && !present.has(name) && !managed.has(name)) absent.add(name);
  return [...absent].map((name) => `role ${quoteIdentifier(name)}`);
}

/** A name can come often. */
function* namedRoles(graph: RoleGraph): Generator<string, void> {
  for (const { name } of graph.roles) yield name;
  for (const { owner } of graph.ownerships) yield owner;
  for (const grant of graph.grants) yield grant.role;
  for (const { owner, grantee } of graph.defaultPrivileges) yield* [owner, grantee];
  for (const { role: group, member } of graph.memberships) yield* [group, member];
  for (const { owner } of graph.schemas) if (owner !== undefined) yield owner;
  for (const { reassignOwnedTo: heir } of graph.retirements) if (heir !== undefined) yield heir;
}

function renderRole(edit: Edit<RoleFact>): Statement[] {
  const { id, state } = edit.fact;
  const before = edit.op === 'alter' ? edit.from.state : plainRole;
  const words = changedWords(before, state);
  const name = quoteIdentifier(id.name);
  const affects = [id.name];
  const statements: Statement[] = [];
  if (edit.op === 'create') {
    const login = state.login ? [] : ['NOLOGIN'];
    statements.push({
      text: ['CREATE ROLE', name, ...login, ...words].join(' '),
      why: `role ${id.name} is missing`,
      risk: 'none',
      affects,
      creates: id.name,
    });
  } else if (words.length > 0) {
    statements.push({
      text: ['ALTER ROLE', name, ...words].join(' '),
      why: `role ${id.name} has different attributes`,
      risk: losesAttribute(before, state) ? 'loses access' : 'none',
      affects,
    });
  }
  if (state.comment !== before.comment) {
    const comment = state.comment === undefined ? 'NULL' : quoteLiteral(state.comment);
    statements.push({
      text: `COMMENT ON ROLE ${name} IS ${comment}`,
      why: `role ${id.name} has a different comment`,
      risk: 'none',
      affects,
    });
  }
  return statements;
}

function changedWords(before: RoleState, after: RoleState): string[] {
  const words = attributes
    .filter((attribute) => before[attribute] !== after[attribute])
    .map((attribute) => (after[attribute] ? '' : 'NO') + attribute.toUpperCase());
  if (before.connectionLimit !== after.connectionLimit)
    words.push(`CONNECTION LIMIT ${String(after.connectionLimit)}`);
  if (before.validUntil !== after.validUntil) {
    const until =
      after.validUntil === undefined ? 'infinity' : new Date(after.validUntil).toISOString();
    words.push(`VALID UNTIL ${quoteLiteral(until)}`);
  }
  return words;
}

function losesAttribute(before: RoleState, after: RoleState): boolean {
  return attributes.some((attribute) => before[attribute] && !after[attribute]);
}
