import type { Means } from '../authorized.ts';
import { membershipOptionsSince } from '../membership-options.ts';
import type { Live, RoleRights } from '../live.ts';
import { grouped } from '../grouped.ts';
import { isAmong, oncePer } from '../once-per.ts';
import { isMembership } from '../way.ts';

/** The facts about the server and the connected role that decide what it can do. */
export type Connected = Pick<Live, 'server' | 'rights'>;

/** Roles that the plan itself creates. The creator of a role may grant it. */
export type Created = ReadonlySet<string>;

/** What the connected role can do with the rights of another role. */
export interface Standing {
  /** By what means it acts with the role's privileges, e.g. as owner. */
  readonly acts: Means | undefined;
  /** By what means it becomes the role with SET ROLE, or gives objects to it. */
  readonly becomes: Means | undefined;
  /** Whether it has ADMIN OPTION on the role, or up to PostgreSQL 15 CREATEROLE. */
  readonly grants: boolean;
  readonly addsMembers: boolean;
  /** Whether the plan creates the role. */
  readonly isCreated: boolean;
}

/** The standing of the connected role towards another role, which is determined once per role. */
export type Standings = (role: string) => Standing;

export function standingsOf(connected: Connected, created: Created): Standings {
  const known = new Map<string, Standing>();
  return (role) => {
    const standing = known.get(role) ?? {
      acts: meansToActAs(role, connected, created),
      becomes: meansToBecome(role, connected, created),
      grants: mayGrant(role, connected, created),
      addsMembers: mayAddMembers(role, connected, created),
      isCreated: created.has(role),
    };
    known.set(role, standing);
    return standing;
  };
}

/**
 * The means with which the connected role acts with a role's privileges, e.g. as owner. Undefined if it cannot. Source:
 * PostgreSQL manual, 22.3 Role Membership; has_privs_of_role() in acl.c.
 */
export function meansToActAs(
  role: string,
  { server, rights }: Connected,
  created: Created,
): Means | undefined {
  if (server.superuser || role === server.user) return 'own';
  if (hasPrivilegesOf(role, { server, rights })) return 'held';
  if (mayJoin(role, { server, rights }, created)) return 'lent';
  return isAmong(rights.settable, role) ? 'taken on' : undefined;
}

/**
 * The means with which the connected role becomes a role with SET ROLE, or gives it objects. Undefined if it cannot.
 */
function meansToBecome(
  role: string,
  { server, rights }: Connected,
  created: Created,
): Means | undefined {
  if (server.superuser || role === server.user) return 'own';
  if (isAmong(rights.usable, role) || isAmong(rights.settable, role)) return 'held';
  return mayJoin(role, { server, rights }, created) ? 'lent' : undefined;
}

/**
 * Before 16 a membership has no options, so an existing one that is not inherited cannot be improved for the
 * transaction.
 */
function mayJoin(role: string, connected: Connected, created: Created): boolean {
  const { server, rights } = connected;
  if (server.major < membershipOptionsSince && selfGranted(rights.selfGranted, role) !== undefined)
    return false;
  return mayAddMembers(role, connected, created);
}

/**
 * Whether it can add members. From 16 on their grantor needs ADMIN OPTION: the connected role itself, or a role whose
 * privileges it has. Source: select_best_admin() in acl.c.
 */
function mayAddMembers(role: string, connected: Connected, created: Created): boolean {
  const { server, rights } = connected;
  if (!mayGrant(role, connected, created)) return false;
  if (server.superuser || server.major < membershipOptionsSince || created.has(role)) return true;
  const admins = adminsOf(rights.ways).get(role) ?? [];
  return admins.length === 0 || admins.some((admin) => hasPrivilegesOf(admin, connected));
}

/** Whether the connected role is that role, or has its privileges. */
export function hasPrivilegesOf(role: string, { server, rights }: Connected): boolean {
  return role === server.user || isAmong(rights.usable, role) || isAmong(rights.inherited, role);
}

/** Roles with ADMIN OPTION that the connected role reaches, by group. */
export const adminsOf = oncePer(
  (ways: RoleRights['ways']): ReadonlyMap<string, readonly string[]> => {
    const memberships = ways.filter(isMembership).filter(({ admin }) => admin);
    const byRole = grouped(memberships, ({ role }) => role);
    return new Map([...byRole].map(([role, found]) => [role, found.map(({ member }) => member)]));
  },
);

/** Whether it has ADMIN OPTION on a role, directly or not, or CREATEROLE up to PostgreSQL 15. */
function mayGrant(role: string, { server, rights }: Connected, created: Created): boolean {
  return server.superuser || isAmong(rights.grantable, role) || created.has(role);
}

type SelfGranted = RoleRights['selfGranted'];

const selfGrantedByRole = oncePer(
  (memberships: SelfGranted) => new Map(memberships.map((own) => [own.role, own])),
);

/** The membership in a role that the connected role granted to itself, if any. */
export function selfGranted(
  memberships: SelfGranted,
  role: string,
): SelfGranted[number] | undefined {
  return selfGrantedByRole(memberships).get(role);
}
