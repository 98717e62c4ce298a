import { decodeRows } from '../../core/inspect/live-rows.ts';
import type { LiveRows, Live } from '../../core/live.ts';
import type { GrantSpec, RoleGraph } from '../../core/graph.ts';
import { checkPlan } from '../../core/plan/checks.ts';
import { planChanges, withUnrevocable } from '../../core/plan/plan.ts';
import { explainPlan } from '../../core/plan/explain.ts';
import { renderPlan } from '../../core/plan/render.ts';
import { Refusal } from '../../core/refusal.ts';
import { many } from './growing-manifests.ts';
import { superuserLive } from '../core/superuser.ts';
import { retiredRow } from '../core/retired-row.ts';
import { roleRow } from '../core/role-row.ts';

/** A server on which every object of the graph exists, alike objects as one group, with grants on them. */
export function worldOf(graph: RoleGraph, mode: Live['mode'], superuser: boolean): World {
  const live = superuserLive(graph, mode);
  const roles = graph.roles.map(({ name }) => name);
  const attributes = ['CREATEROLE'];
  const [usable, grantable, settable] = [['boss', ...roles], roles, roles];
  const rights = { ...live.rights, attributes, usable, grantable, settable };
  const closedSchemas = graph.schemas.map(({ name }) => ({ schema: name, owner: 'boss' }));
  const server = { ...live.server, superuser, user: 'manager', login: 'manager' };
  const objects = new Map(
    [...graph.grants, ...graph.ownerships].map(({ object }) => [JSON.stringify(object), object]),
  );
  const rows = [
    ...['boss', 'manager', ...rolesOf(graph)].map((name) => roleRow(name)),
    ...[...objects.values()].map(objectRow),
    ...schemasOf(graph).map((name) => ({ kind: 'schema', name, owner: 'boss' })),
    ...graph.retirements.map(({ role: name }) => ({ ...retiredRow, role: name })),
    ...graph.memberships.map(({ role: group, member: name }) => membershipRow(group, name)),
  ];
  return {
    rows: decodeRows(rows),
    live: { ...live, server, rights: { ...rights, closedSchemas } },
  };
}

export interface World {
  readonly rows: LiveRows;
  readonly live: Live;
}

const rolesOf = ({ roles, grants, defaultPrivileges, memberships, ownerships }: RoleGraph) => [
  ...new Set([
    ...roles.map(({ name }) => name),
    ...grants.map(({ role: name }) => name),
    ...defaultPrivileges.flatMap(({ owner, grantee }) => [owner, grantee]),
    ...memberships.flatMap(({ role: group, member: name }) => [group, name]),
    ...ownerships.map(({ owner }) => owner),
  ]),
];

const schemasOf = ({ schemas, grants, ownerships, defaultPrivileges }: RoleGraph) => [
  ...new Set([
    ...schemas.map(({ name }) => name),
    ...[...grants, ...ownerships].flatMap(({ object }) => object.schema ?? []),
    ...defaultPrivileges.flatMap(({ schema }) => schema ?? []),
  ]),
];

const relationAcl = [
  ['r0', 'boss', 'SELECT', true],
  ['r1', 'r0', 'SELECT', true],
  ['r2', 'r1', 'SELECT', false],
];

export function objectRow({ type, schema, name }: GrantSpec['object']): object {
  const isColumn = type === 'column';
  return {
    kind: `${type}_grant`,
    schema: schema ?? null,
    name: name === '*' ? null : name,
    sql: name === '*' ? null : JSON.stringify(name),
    group: name === '*' ? `group of ${schema ?? ''}` : null,
    owner: 'boss',
    count: 1,
    acl: relationAcl,
    ...(isColumn
      ? {
          column: name.split('.')[1],
          relation: { type: 'table', name: 't0', groupKey: null, acl: relationAcl },
        }
      : {}),
  };
}

export const membershipRow = (group: string, name: string) => ({
  kind: 'membership',
  ...{ role: group, member: name, grantor: 'r0', creator: false },
  ...{ admin: true, inherit: true, set: true },
});

/** Everything that is done with a plan. A refusal is a valid result too. */
export function planned({ rows, live }: World): unknown {
  try {
    const plan = planChanges(rows, live);
    checkPlan(plan, live);
    const whole = withUnrevocable(plan, live, new Map());
    return [renderPlan(whole, live, new Map()), explainPlan(whole)];
  } catch (error) {
    if (error instanceof Refusal) return error.code;
    throw error;
  }
}

/** Entries of one ACL in layers of two, each of which granted to both entries of the next layer. */
export function layeredAcl(layers: number): unknown[][] {
  const of = (layer: number) =>
    layer < 0 ? ['boss'] : [`r${String(2 * layer)}`, `r${String(2 * layer + 1)}`];
  return many(layers, (layer) =>
    of(layer).flatMap((grantee) =>
      of(layer - 1).map((grantor) => [grantee, grantor, 'SELECT', true]),
    ),
  ).flat();
}
