import { membershipOptionsSince } from '../membership-options.ts';
import type { RoleRights, ServerFacts } from '../live.ts';
import { isAmong } from '../once-per.ts';
import { everyone } from '../public.ts';
import { grouped } from '../grouped.ts';
import { type MembershipWay, type PrivilegeWay, type Way, isMembership } from '../way.ts';

type Connected = { readonly server: ServerFacts; readonly rights: RoleRights };

/**
 * The rights of the connected role if only some of its ways are left. It never has more rights than now.
 * Source: roles_is_member_of() and select_best_admin() in acl.c.
 */
export function rightsBy(ways: readonly Way[], { server, rights }: Connected): RoleRights {
  const memberships = ways.filter(isMembership);
  const inherits = reachedFrom(
    server.user,
    memberships.filter(({ inherit }) => inherit),
  );
  const becomes = reachedFrom(
    server.user,
    memberships.filter(({ set }) => set),
  );
  const has = (role: string): boolean =>
    inherits.has(role) && (isAmong(rights.usable, role) || isAmong(rights.inherited, role));
  const sets = (role: string): boolean =>
    becomes.has(role) && (isAmong(rights.usable, role) || isAmong(rights.settable, role));
  const reached = [...new Set([...inherits, ...becomes])].sort();
  const holds = (way: PrivilegeWay): boolean =>
    way.grantee === everyone || inherits.has(way.grantee);
  const privileges = ways.filter((way) => way.via === 'grant').filter(holds);
  return {
    ...rights,
    ways,
    usable: reached.filter((role) => has(role) && sets(role)),
    inherited: reached.filter((role) => has(role) && !sets(role)),
    settable: reached.filter((role) => sets(role) && !has(role)),
    grantable: grantableBy(memberships, { server, rights }),
    selfGranted: rights.selfGranted.filter(({ role }) =>
      memberships.some((way) => way.role === role && way.member === server.user),
    ),
    createsSchemas: rights.createsSchemas && privileges.some(({ type }) => type === 'database'),
    closedSchemas: closedWithout(privileges, { server, rights }),
  };
}

function grantableBy(
  memberships: readonly MembershipWay[],
  { server, rights }: Connected,
): readonly string[] {
  if (server.major < membershipOptionsSince && rights.attributes.includes('CREATEROLE'))
    return rights.grantable;
  const reached = reachedFrom(server.user, memberships);
  const held = new Set(
    memberships.filter(({ admin, member }) => admin && reached.has(member)).map(({ role }) => role),
  );
  return rights.grantable.filter((role) => held.has(role));
}

/** Closed schemas, and those that the connected role can use now but not by the ways that are left. */
function closedWithout(
  left: readonly PrivilegeWay[],
  { rights }: Connected,
): RoleRights['closedSchemas'] {
  const open = new Set(left.filter(({ type }) => type === 'schema').map(({ name }) => name));
  const closed = new Map(rights.closedSchemas.map((schema) => [schema.schema, schema]));
  for (const way of rights.ways)
    if (way.via === 'grant' && way.type === 'schema' && !open.has(way.name))
      closed.set(way.name, { schema: way.name, owner: way.owner });
  return [...closed.values()];
}

/** Roles that a role reaches through memberships, including itself. */
function reachedFrom(start: string, memberships: readonly MembershipWay[]): ReadonlySet<string> {
  const groupsOf = grouped(memberships, ({ member }) => member);
  const reached = new Set([start]);
  for (const member of reached)
    for (const { role } of groupsOf.get(member) ?? []) reached.add(role);
  return reached;
}
