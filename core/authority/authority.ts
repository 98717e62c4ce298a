import type { Change } from '../plan/diff.ts';
import type { Live, Need } from '../kind.ts';
import { everyone } from '../public.ts';
import { kindOf } from '../registry.ts';

/** What of the server and the connected role decides what it may do. */
export type Connected = Pick<Live, 'server' | 'rights'>;

/** Roles that the plan itself makes: whoever creates a role may grant it. */
export type Created = ReadonlySet<string>;

/**
 * How the connected role gets another role's privileges: it is a superuser or that role itself, it has them, it joins
 * the role for the transaction, or it becomes the role with SET ROLE.
 */
export type Means = 'own' | 'held' | 'lent' | 'taken on';

/**
 * By what means the connected role acts with a role's privileges, e.g. as owner; undefined when it cannot.
 * Source: PostgreSQL manual, 22.3 Role Membership; has_privs_of_role() in acl.c.
 */
export function meansToActAs(
  role: string,
  { server, rights }: Connected,
  created: Created,
): Means | undefined {
  if (server.superuser || role === server.user) return 'own';
  if (rights.usable.includes(role) || rights.inherited.includes(role)) return 'held';
  if (mayJoin(role, { server, rights }, created)) return 'lent';
  return rights.settable.includes(role) ? 'taken on' : undefined;
}

/** By what means the connected role becomes a role with SET ROLE, or gives it objects; undefined when it cannot. */
export function meansToBecome(
  role: string,
  { server, rights }: Connected,
  created: Created,
): Means | undefined {
  if (server.superuser || role === server.user) return 'own';
  if (rights.usable.includes(role) || rights.settable.includes(role)) return 'held';
  return mayJoin(role, { server, rights }, created) ? 'lent' : undefined;
}

/** Before 16 a membership has no options to lend: one that is there but not inherited cannot be improved. */
function mayJoin(role: string, connected: Connected, created: Created): boolean {
  const { server, rights } = connected;
  if (server.major < 16 && rights.selfGranted.some((own) => own.role === role)) return false;
  return mayGrant(role, connected, created);
}

/** Whether it has ADMIN OPTION on a role, by whatever way, or up to PostgreSQL 15 CREATEROLE. */
function mayGrant(role: string, { server, rights }: Connected, created: Created): boolean {
  return server.superuser || rights.grantable.includes(role) || created.has(role);
}

/** What the connected role lacks to make a change. Empty when nothing, or when the kind does not say. */
export function lacksFor(change: Change, live: Live, created: Created): Need[] {
  if (live.server.superuser) return [];
  const needs = [
    ...(kindOf(change.fact.kind).takes?.(change, live) ?? []),
    ...shutOutOf(change, live, created),
  ];
  return needs.filter((need) => !isMet(need, live, created));
}

function isMet({ role, right, besides }: Need, connected: Connected, created: Created): boolean {
  switch (right) {
    case 'privileges': {
      const means = meansToActAs(role, connected, created);
      return means !== undefined && !(besides === true && means === 'taken on');
    }
    case 'become':
      return meansToBecome(role, connected, created) !== undefined;
    case 'admin':
      return mayGrant(role, connected, created);
  }
}

/**
 * The owner of a schema in which the connected role cannot name the object of a change, for want of USAGE, where neither
 * the plan lets it in nor the change is made as another role.
 */
function shutOutOf(change: Change, live: Live, created: Created): Need[] {
  const { fact } = change;
  const { rights, graph, server } = live;
  const kind = kindOf(fact.kind);
  const closed = rights.closedSchemas.find(({ schema }) => schema === fact.id['schema']);
  if (kind.group === undefined || closed === undefined) return [];
  const isElse = (kind.takes?.(change, live) ?? []).some(
    ({ role, right }) => right === 'become' || meansToActAs(role, live, created) === 'taken on',
  );
  const ours = [server.user, everyone, ...rights.usable, ...rights.inherited];
  const isLetIn = graph.grants.some(
    ({ role, object, privileges }) =>
      object.name === closed.schema && privileges.includes('USAGE') && ours.includes(role),
  );
  const owner = graph.schemas.find(({ name }) => name === closed.schema)?.owner;
  const isOpened = owner !== undefined && owner !== closed.owner;
  if (isElse || isLetIn || isOpened) return [];
  return [{ role: closed.owner, right: 'privileges', besides: true }];
}

export function createdRoles(changes: readonly Change[]): Created {
  return new Set(
    changes.flatMap(({ op, fact }) =>
      op === 'create' ? (kindOf(fact.kind).creates?.(fact) ?? []) : [],
    ),
  );
}
