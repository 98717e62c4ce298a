import { z } from 'zod';
import type { MembershipSpec } from '../graph.ts';
import type { Edit, Effect, Fact, Live, ObjectKind, PgMajor, Statement } from '../kind.ts';
import { quoteIdentifier } from '../sql.ts';

/** One edge of the role graph, by one grantor. Before PostgreSQL 16 the grantor does not matter and is left out. */
export interface MembershipFact extends Fact {
  readonly kind: 'membership';
  readonly id: {
    readonly role: string;
    readonly member: string;
    readonly grantor: string | undefined;
  };
  readonly state: Options;
}

interface Options {
  readonly [option: string]: boolean;
  readonly admin: boolean;
  readonly inherit: boolean;
  readonly set: boolean;
}

const row = z.object({
  role: z.string(),
  member: z.string(),
  grantor: z.string().nullable(),
  /** Whether the member may create roles, and so may have created this one. */
  creator: z.boolean(),
  admin: z.boolean(),
  inherit: z.boolean(),
  set: z.boolean(),
});
type Row = z.infer<typeof row>;

/** The first version whose memberships have options and one row for each grantor. */
const perGrantor = 16;

export const membership: ObjectKind<MembershipFact, Row> = {
  name: 'membership',
  inspect: {
    // Before 16 INHERIT is the member's, not the edge's: it is reported as granted, so that it never differs.
    sql: (pg) => `
    SELECT jsonb_build_object(
             'kind', 'membership', 'role', g.name, 'member', m.rolname,
             'grantor', ${pg >= perGrantor ? 'pg_catalog.pg_get_userbyid(a.grantor)' : 'NULL'},
             'creator', m.rolcreaterole, 'admin', a.admin_option,
             'inherit', ${pg >= perGrantor ? 'a.inherit_option' : 'true'},
             'set', ${pg >= perGrantor ? 'a.set_option' : 'true'})
      FROM pg_catalog.pg_auth_members a
      JOIN scope_role g ON g.oid = a.roleid
      JOIN pg_catalog.pg_roles m ON m.oid = a.member`,
  },
  decode: (value) => row.parse(value),
  observed: (rows, live) => {
    const declared = declaredPairs(live);
    return rows.filter((edge) => !isSystemState(edge, declared, live)).map(factOf);
  },
  desired: (rows, live) => live.graph.memberships.flatMap((spec) => desiredEdges(spec, rows, live)),
  key: ({ role, member, grantor }) => [role, member, grantor ?? ''].join('\0'),
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
  governs: ({ id }, { managed }) => managed.has(id.role),
  effect: membershipEffect,
  render: (edits, { server }) => edits.map((edit) => renderMembership(edit, server.major)),
  explain: ({ op, fact: { id } }) => `${id.member} ${verbs[op]} ${id.role}`,
  counts: ({ op, fact: { id } }) => [
    { as: op === 'drop' ? 'members_removed' : 'members_added', once: `${id.role}\0${id.member}` },
  ],
};

const verbs = { create: 'joins', alter: 'has other options in', drop: 'leaves' } as const;

/** The ADMIN option by which its holder adds members: those go before it does. */
const adminKey = (role: string, holder: string): string => `admin option\0${role}\0${holder}`;

const pairOf = ({ role, member }: { role: string; member: string }): string => `${role}\0${member}`;

function declaredPairs({ graph }: Live): ReadonlySet<string> {
  return new Set(graph.memberships.map(pairOf));
}

/**
 * Edges that are not drift: what PostgreSQL 16 gives a role's creator (ADMIN alone, granted by the bootstrap
 * superuser), and the connected role's own memberships, by which it does its work.
 */
function isSystemState(edge: Row, declared: ReadonlySet<string>, { server }: Live): boolean {
  const implicitAdmin =
    edge.creator && edge.grantor === server.bootstrap && edge.admin && !edge.inherit && !edge.set;
  return implicitAdmin || (edge.member === server.user && !declared.has(pairOf(edge)));
}

function factOf({ role, member, grantor, admin, inherit, set }: Row): MembershipFact {
  return {
    kind: 'membership',
    id: { role, member, grantor: grantor ?? undefined },
    state: { admin, inherit, set },
  };
}

/**
 * The edges a declared membership should have, given the ones there are: every existing edge capped to what is
 * declared, and one of them, or a new one, raised when all of them together are still not enough. Edges that go
 * because their grantor loses ADMIN do not count. Nothing is capped where the mode only adds.
 */
function desiredEdges(spec: MembershipSpec, rows: readonly Row[], live: Live): MembershipFact[] {
  const { role, member } = spec;
  const options: Options = {
    admin: spec.admin,
    inherit: live.server.major < perGrantor || spec.inherit,
    set: true,
  };
  const declared = new Set([pairOf(spec)]);
  const capped = rows
    .filter((edge) => pairOf(edge) === pairOf(spec) && !isSystemState(edge, declared, live))
    .filter((edge) => !losesAdmin(role, edge.grantor, rows, live))
    .map(factOf)
    .map((fact) => ({
      ...fact,
      state: live.mode === 'additive' ? fact.state : meet(fact.state, options),
    }));
  if (covers(capped, options)) return capped;
  const ours = live.server.superuser ? live.server.bootstrap : live.server.user;
  const raised = capped.find(({ id }) => id.grantor === ours || id.grantor === undefined);
  if (raised !== undefined)
    return capped.map((edge) =>
      edge === raised ? { ...edge, state: join(edge.state, options) } : edge,
    );
  const grantor = live.server.major >= perGrantor ? ours : undefined;
  return [...capped, { kind: 'membership', id: { role, member, grantor }, state: options }];
}

function meet(left: Options, right: Options): Options {
  return {
    admin: left.admin && right.admin,
    inherit: left.inherit && right.inherit,
    set: left.set && right.set,
  };
}

function join(left: Options, right: Options): Options {
  return {
    admin: left.admin || right.admin,
    inherit: left.inherit || right.inherit,
    set: left.set || right.set,
  };
}

/** Whether a grantor will no longer have ADMIN on a group of the policy: what it granted then goes with it. */
function losesAdmin(
  role: string,
  grantor: string | null,
  rows: readonly Row[],
  live: Live,
): boolean {
  if (grantor === null || live.mode === 'additive' || !live.managed.has(role)) return false;
  const admins = new Set(live.graph.memberships.filter(({ admin }) => admin).map(pairOf));
  const held = rows.filter((edge) => edge.role === role && edge.member === grantor && edge.admin);
  return (
    held.length > 0 &&
    held.every(
      (edge) =>
        !isSystemState(edge, admins, live) &&
        (!admins.has(pairOf(edge)) || losesAdmin(role, edge.grantor, rows, live)),
    )
  );
}

function covers(edges: readonly MembershipFact[], { admin, inherit, set }: Options): boolean {
  const some = (option: keyof Options): boolean => edges.some(({ state }) => state[option]);
  return (
    edges.length > 0 &&
    (!admin || some('admin')) &&
    (!inherit || some('inherit')) &&
    (!set || some('set'))
  );
}

function membershipEffect(edit: Edit<MembershipFact>): Effect {
  switch (edit.op) {
    case 'create':
      return 'adds';
    case 'drop':
      return 'removes';
    case 'alter':
      return losesOption(edit.from.state, edit.fact.state) ? 'removes' : 'adds';
  }
}

function losesOption(before: Options, after: Options): boolean {
  return (
    (before.admin && !after.admin) ||
    (before.inherit && !after.inherit) ||
    (before.set && !after.set)
  );
}

function renderMembership(edit: Edit<MembershipFact>, pg: PgMajor): Statement {
  const { id, state } = edit.fact;
  const [group, member] = [quoteIdentifier(id.role), quoteIdentifier(id.member)];
  const why = membership.explain(edit);
  const risk = membershipEffect(edit) === 'removes' ? 'loses access' : 'none';
  const by =
    edit.op === 'create' || id.grantor === undefined
      ? ''
      : ` GRANTED BY ${quoteIdentifier(id.grantor)}`;
  if (edit.op === 'drop') return { text: `REVOKE ${group} FROM ${member}${by}`, why, risk };
  if (pg >= perGrantor)
    return { text: `GRANT ${group} TO ${member} WITH ${optionWords(edit)}${by}`, why, risk };
  if (edit.op === 'alter' && !state.admin) {
    return { text: `REVOKE ADMIN OPTION FOR ${group} FROM ${member}`, why, risk };
  }
  return {
    text: `GRANT ${group} TO ${member}${state.admin ? ' WITH ADMIN OPTION' : ''}`,
    why,
    risk,
  };
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
