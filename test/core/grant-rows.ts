import { decodeRows } from '../../core/inspect/live-rows.ts';
import { newRolesIn } from '../../core/kinds/role/role.ts';
import type { Live, RoleRights } from '../../core/live.ts';
import { type Plan, planChanges, withUnrevocable } from '../../core/plan/plan.ts';
import { renderPlan } from '../../core/plan/render.ts';
import { graphOf } from './parsed.ts';
import { roleRow } from './role-row.ts';
import { superuserLive } from './superuser.ts';

export type Entry = readonly [
  grantee: string,
  grantor: string,
  privilege: string,
  grantable: boolean,
  shutOutBy?: string,
];

const schemaApp = { kind: 'schema', name: 'app', owner: 'owner' };

/** Table app.t of role owner, or another object with what is given. */
export function objectWith(acl: readonly Entry[], given: object = {}): object {
  const table = { kind: 'table_grant', schema: 'app', name: 't', sql: 'app.t', group: null };
  return { ...table, owner: 'owner', count: 1, acl, ...given };
}

/** External roles, whose undeclared grants pgwarden revokes, with grants on table app.t. */
export function tableRules(
  roles: readonly string[],
  rules: readonly { readonly role: string; readonly grantable?: boolean }[] = [],
): string {
  const external = roles.map((name) => `{ name: ${name}, external: true }`).join(', ');
  const grants = rules.map(
    ({ role, grantable = false }) =>
      `{ role: ${role}, privileges: [SELECT], with_grant_option: ${String(grantable)}, object: { type: table, schema: app, name: t } }`,
  );
  return `roles: [${external}]\ngrants: [${grants.join(', ')}]`;
}

const managerServer = { user: 'manager', login: 'manager', superuser: false };

export function managerLive(manifest: string, rights: Partial<RoleRights>): Live {
  const live = superuserLive(graphOf(manifest));
  const server = { ...live.server, ...managerServer };
  return { ...live, server, rights: { ...live.rights, ...rights } };
}

/** Every role that the manifest names exists, except absent ones. */
export function planFor(
  live: Live,
  objects: readonly object[],
  absent: readonly string[] = [],
): Plan {
  const named = [
    ...live.graph.roles.map(({ name }) => name),
    ...live.graph.grants.map((r) => r.role),
  ];
  const people = [...new Set(named)].filter((name) => !absent.includes(name)).map(roleRow);
  const rows = decodeRows([...people, schemaApp, ...objects]);
  const plan = planChanges(rows, { ...live, newRoles: newRolesIn(rows, live) });
  return withUnrevocable(plan, live, new Map());
}

/** Every statement, with the role that it is made as where that is not the connected one. */
export function sqlFor(
  live: Live,
  objects: readonly object[],
  absent?: readonly string[],
): string[] {
  return renderPlan(planFor(live, objects, absent), live, new Map()).map(({ text, as }) =>
    as === undefined ? text : `as ${as}: ${text}`,
  );
}

export function superuserSql(manifest: string, objects: readonly object[]): string[] {
  return sqlFor(superuserLive(graphOf(manifest)), objects);
}
