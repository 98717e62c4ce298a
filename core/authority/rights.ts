import { membershipOptionsSince } from '../membership-options.ts';
import {
  type Created,
  adminsOf,
  hasPrivilegesOf,
  meansToActAs,
  meansToBecome,
  selfGranted,
} from './means.ts';
import { distinct } from '../distinct.ts';
import type { Live } from '../live.ts';
import type { Statement } from '../statement.ts';
import { quoteIdentifier } from '../sql.ts';
import { isMembership } from '../way.ts';

/**
 * Puts the memberships the connected role lacks around the statements that need them, for the one transaction.
 *
 * An owner's rights are needed to make a schema for it, to set its default privileges, or to grant on what it owns.
 * A role that may grant the owner, but is not its member, joins it just before and leaves it at the end, so that
 * nothing of it stays. One that may only become the owner does so. Where it may neither, the statement is left to
 * PostgreSQL's own judgement.
 * Source: PostgreSQL manual, 22.3 Role Membership; createrole_self_grant.
 */
export function lendRights(
  statements: readonly Statement[],
  live: Live,
  created: Created = rolesCreatedBy(statements),
): Statement[] {
  const grantors = grantorsIn(live, created);
  const uses = statements.map((statement) => lentRoles(statement, live, created));
  const firstUse = new Map<string, number>();
  const lastUse = new Map<string, number>();
  for (const [index, roles] of uses.entries())
    for (const role of roles) {
      if (!firstUse.has(role)) firstUse.set(role, index);
      lastUse.set(role, index);
    }
  const dropped = new Set(statements.flatMap(({ drops }) => drops ?? []));
  const left = [...firstUse.keys()].filter((role) => !dropped.has(role));
  const isEarly = (role: string): boolean => grantors(role) !== live.server.user;
  const lent = statements.flatMap((statement, index) => [
    ...(uses[index] ?? [])
      .filter((role) => firstUse.get(role) === index)
      .map((role) => join(role, grantors(role), live)),
    takenOn(statement, live, created),
    ...left
      .filter((role) => isEarly(role) && lastUse.get(role) === index)
      .map((role) => leave(role, grantors(role), live)),
  ]);
  const atEnd = left.filter((role) => !isEarly(role));
  return [...lent, ...atEnd.map((role) => leave(role, grantors(role), live))];
}

/**
 * Who grants a role that is lent: the connected role where it has ADMIN OPTION itself, else a role with it whose privileges it
 * has. PostgreSQL would choose the same or another one, and that one has to take it back. What another one granted is given
 * back as soon as it is not needed, because the plan may drop that role.
 */
function grantorsIn(live: Live, created: Created): (role: string) => string {
  const { server, rights } = live;
  return (role) => {
    const admins = adminsOf(rights.ways).get(role) ?? [];
    if (server.major < membershipOptionsSince || created.has(role) || admins.includes(server.user))
      return server.user;
    return [...admins].sort().find((admin) => hasPrivilegesOf(admin, live)) ?? server.user;
  };
}

/** Roles that the statements create: in the same transaction or, in a plan of several steps, in one before. */
export function rolesCreatedBy(statements: readonly Statement[]): Created {
  return new Set(statements.flatMap(({ creates }) => creates ?? []));
}

function lentRoles(statement: Statement, live: Live, created: Created): string[] {
  const { rights = [], becomes = [], as } = statement;
  const canJoin = (role: string): boolean => meansToBecome(role, live, created) === 'lent';
  const roles = [
    ...becomes.filter(canJoin),
    ...rights.filter((role) => canJoin(role) || meansToActAs(role, live, created) === 'lent'),
    ...(as !== undefined && canJoin(as) ? [as] : []),
  ];
  return distinct(roles);
}

function takenOn(statement: Statement, live: Live, created: Created): Statement {
  const { rights = [], becomes = [] } = statement;
  const [owner, ...others] = rights;
  if (owner === undefined || others.length > 0 || statement.as !== undefined) return statement;
  if (becomes.some((role) => role !== owner)) return statement;
  return meansToActAs(owner, live, created) === 'taken on'
    ? { ...statement, as: owner }
    : statement;
}

function join(role: string, grantor: string, { server }: Live): Statement {
  const options = server.major >= membershipOptionsSince ? ' WITH INHERIT TRUE, SET TRUE' : '';
  const by = grantor === server.user ? '' : ` GRANTED BY ${quoteIdentifier(grantor)}`;
  return {
    text: `GRANT ${quoteIdentifier(role)} TO ${quoteIdentifier(server.user)}${options}${by}`,
    why: `${server.user} needs the rights of ${role} for this transaction`,
    risk: 'none',
    affects: [server.user],
  };
}

/** What was there before is put back as it was. */
function leave(role: string, grantor: string, { server, rights }: Live): Statement {
  const before = grantedBefore(role, grantor, { server, rights });
  const edge = [quoteIdentifier(role), quoteIdentifier(server.user)] as const;
  const said = {
    why: `${server.user} gives the rights of ${role} back`,
    risk: 'none',
    affects: [server.user],
  } as const;
  if (before !== undefined) {
    const options = `INHERIT ${String(before.inherit).toUpperCase()}, SET ${String(before.set).toUpperCase()}`;
    const again = grantor === server.user ? '' : ` GRANTED BY ${quoteIdentifier(grantor)}`;
    return { text: `GRANT ${edge[0]} TO ${edge[1]} WITH ${options}${again}`, ...said };
  }
  const by =
    server.major >= membershipOptionsSince ? ` GRANTED BY ${quoteIdentifier(grantor)}` : '';
  return { text: `REVOKE ${edge[0]} FROM ${edge[1]}${by}`, ...said };
}

function grantedBefore(
  role: string,
  grantor: string,
  { server, rights }: Pick<Live, 'server' | 'rights'>,
): { readonly inherit: boolean; readonly set: boolean } | undefined {
  if (grantor === server.user) return selfGranted(rights.selfGranted, role);
  return rights.ways
    .filter(isMembership)
    .find((way) => way.role === role && way.member === server.user && way.grantor === grantor);
}
