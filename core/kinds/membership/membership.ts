import { membershipOptionsSince } from '../../membership-options.ts';
import type { MembershipFact, MembershipOptions } from './fact.ts';
import { roleName } from '../../catalog/role-name.ts';
import { z } from 'zod';
import type { Finding } from '../../finding.ts';
import { isRetired } from '../../graph-index.ts';
import type { ObjectKind } from '../../kind.ts';
import { type Edit, type Effect, accessEffect } from '../../fact.ts';
import type { Live, PgMajor } from '../../live.ts';
import type { Statement } from '../../statement.ts';
import { quoteIdentifier } from '../../sql.ts';
import {
  type EdgeRow,
  type KeptOptions,
  desiredEdges,
  edgeRow,
  isAbsent,
  isExclusive,
  keptOptions,
  observedEdges,
} from './edges.ts';
import { passingRow, passingSql, refuseCircles } from './circles.ts';
import { leftOfMembership, needsStatement, takenByMembership } from './authority.ts';
import { inexpressible } from './before-16.ts';

/**
 * Up to PostgreSQL 15, INHERIT is an attribute of the member and not an option of the edge. Extra rows then say which
 * roles have it.
 */
const attributeRow = z.object({ name: z.string(), inherit: z.boolean() });

const row = z.union([edgeRow, attributeRow, passingRow]);
export type MembershipRow = z.infer<typeof row>;

export const membership: ObjectKind<
  MembershipFact,
  MembershipRow,
  'members_added' | 'members_removed'
> = {
  name: 'membership',
  inspect: {
    sql: (pg) => `
    SELECT json_build_object(
             'kind', 'membership', 'role', g.rolname, 'member', m.rolname,
             'grantor', ${pg >= membershipOptionsSince ? roleName('a.grantor') : 'NULL'},
             'creator', m.rolcreaterole, 'admin', a.admin_option,
             'inherit', ${pg >= membershipOptionsSince ? 'a.inherit_option' : 'true'},
             'set', ${pg >= membershipOptionsSince ? 'a.set_option' : 'true'})
      FROM pg_catalog.pg_auth_members a
      JOIN pg_catalog.pg_roles g ON g.oid = a.roleid
      JOIN pg_catalog.pg_roles m ON m.oid = a.member
     WHERE a.roleid IN (SELECT oid FROM scope_role) OR a.member IN (SELECT oid FROM scope_reported)${pg >= membershipOptionsSince ? '' : attributes}
     UNION ALL${passingSql}`,
  },
  decode: (value) => row.parse(value),
  observed: (rows, live) => observedEdges(edgesOf(rows), live),
  desired: desiredMemberships,
  findings: (rows, live) => keptOptions(edgesOf(rows), live).map(findingOfKept),
  unsupported: (rows, live) => inexpressible(edgesOf(rows), attributesOf(rows), live),
  key: membershipKey,
  aliases: ({ id, state }) => (state.admin ? [adminKey(id.role, id.member)] : []),
  needs: ({ id }) => [
    ...(id.grantor === undefined
      ? []
      : [{ kind: 'membership', key: adminKey(id.role, id.grantor) }]),
    { kind: 'role', key: id.role },
    { kind: 'role', key: id.member },
    { kind: 'retirement', key: id.role },
    { kind: 'retirement', key: id.member },
  ],
  governs,
  effect: membershipEffect,
  takes: takenByMembership,
  ways: { about: ({ id }) => id.role, left: leftOfMembership },
  holder: ({ id }) => id.member,
  render: (edits, live) =>
    edits.filter(needsStatement).map((edit) => renderMembership(edit, live.server.major)),
  explain: ({ op, fact: { id } }) => `${id.member} ${verbs[op]} ${id.role}`,
  summary: {
    members_added: { place: 120, line: ['+', 'membership'] },
    members_removed: { place: 130, line: ['-', 'membership'] },
  },
  counts: ({ op, fact: { id } }) => [
    { as: op === 'drop' ? 'members_removed' : 'members_added', once: `${id.role}\0${id.member}` },
  ],
};

function membershipKey({ role, member, grantor }: MembershipFact['id']): string {
  return [role, member, grantor ?? ''].join('\0');
}

const attributes = `
     UNION ALL
    SELECT json_build_object('kind', 'membership', 'name', r.rolname, 'inherit', r.rolinherit)
      FROM pg_catalog.pg_roles r
      JOIN scope_role s ON s.oid = r.oid`;

function edgesOf(rows: readonly MembershipRow[]): EdgeRow[] {
  return rows.filter((found) => 'member' in found);
}

function desiredMemberships(rows: readonly MembershipRow[], live: Live): MembershipFact[] {
  const edges = edgesOf(rows);
  const wanted = desiredEdges(edges, live);
  const pairs = new Set(wanted.map(({ id }) => membershipKey({ ...id, grantor: undefined })));
  const dropped = new Set(
    observedEdges(edges, live)
      .filter((fact) => live.mode !== 'additive' && governs(fact, live))
      .map(({ id }) => membershipKey(id)),
  );
  const staying = edges.filter(({ role, member, grantor }) => {
    const isWanted = pairs.has(membershipKey({ role, member, grantor: undefined }));
    return isWanted || !dropped.has(membershipKey({ role, member, grantor: grantor ?? undefined }));
  });
  const passing = rows.flatMap((found) => ('passing' in found ? [found.passing] : []));
  const ids = wanted.map(({ id }) => id);
  refuseCircles(ids, [...staying, ...passing], live);
  return wanted;
}

function findingOfKept({ role, member, options }: KeptOptions): Finding {
  const name = quoteIdentifier(member);
  const message = `role ${name} keeps ${options.join(' and ')} in ${quoteIdentifier(role)}, which the policy does not declare, because pgwarden itself depends on this membership`;
  return { code: 'OutsidePolicy', role: member, message };
}

function attributesOf(rows: readonly MembershipRow[]): ReadonlyMap<string, boolean> {
  return new Map(
    rows.flatMap((found) => ('name' in found ? [[found.name, found.inherit] as const] : [])),
  );
}

/** DROP ROLE removes the memberships of a retired role in other groups. */
function governs({ id }: MembershipFact, live: Live): boolean {
  if (isExclusive(id.role, live) || isAbsent(id, live)) return true;
  const { graph, managed } = live;
  if (graph.coverage !== 'database' || !managed.has(id.member)) return false;
  return !isRetired(graph, id.member);
}

const verbs = { create: 'joins', alter: 'has different options in', drop: 'leaves' } as const;

/** The ADMIN option with which its holder adds members. Those memberships are revoked before the option. */
const adminKey = (role: string, holder: string): string => `admin option\0${role}\0${holder}`;

function membershipEffect(edit: Edit<MembershipFact>): Effect {
  return accessEffect(edit, (from, to) => !losesOption(from.state, to.state));
}

function losesOption(before: MembershipOptions, after: MembershipOptions): boolean {
  return (
    (before.admin && !after.admin) ||
    (before.inherit && !after.inherit) ||
    (before.set && !after.set)
  );
}

function renderMembership(edit: Edit<MembershipFact>, pg: PgMajor): Statement {
  const { id, state } = edit.fact;
  const [group, member] = [quoteIdentifier(id.role), quoteIdentifier(id.member)];
  const said = {
    why: reasonFor(edit),
    risk: membershipEffect(edit) === 'removes' ? 'loses access' : 'none',
    affects: [id.member],
  } as const;
  const grantor = edit.op === 'create' ? undefined : id.grantor;
  const by = grantor === undefined ? '' : ` GRANTED BY ${quoteIdentifier(grantor)}`;
  const rights = grantor === undefined ? [] : [grantor];
  if (edit.op === 'drop') return { text: `REVOKE ${group} FROM ${member}${by}`, ...said, rights };
  if (pg >= membershipOptionsSince) {
    const text = `GRANT ${group} TO ${member} WITH ${optionWords(edit)}${by}`;
    return { text, ...said, rights };
  }
  if (edit.op === 'alter' && !state.admin) {
    return { text: `REVOKE ADMIN OPTION FOR ${group} FROM ${member}`, ...said };
  }
  return {
    text: `GRANT ${group} TO ${member}${state.admin ? ' WITH ADMIN OPTION' : ''}`,
    ...said,
  };
}

function reasonFor(edit: Edit<MembershipFact>): string {
  const { role, member } = edit.fact.id;
  if (edit.op === 'drop') return `${member} is an undeclared member of ${role}`;
  if (edit.op === 'create') return `${member} is not a member of ${role}`;
  const found = membershipEffect(edit) === 'removes' ? 'undeclared' : 'too few';
  return `${member} has ${found} options in ${role}`;
}

function optionWords(edit: Edit<MembershipFact>): string {
  const { admin, inherit, set } = edit.fact.state;
  const before =
    edit.op === 'alter' ? edit.from.state : { admin: false, inherit: undefined, set: true };
  const words = [
    ...(inherit === before.inherit ? [] : [`INHERIT ${sqlBoolean(inherit)}`]),
    ...(admin === before.admin ? [] : [`ADMIN ${sqlBoolean(admin)}`]),
    ...(set === before.set ? [] : [`SET ${sqlBoolean(set)}`]),
  ];
  return words.join(', ');
}

const sqlBoolean = (value: boolean): string => (value ? 'TRUE' : 'FALSE');
