import { membershipOptionsSince } from '../membership-options.ts';
import { type Standings, adminsOf, hasPrivilegesOf, selfGranted } from './means.ts';
import { distinct } from '../distinct.ts';
import type { Live } from '../live.ts';
import { type InParts, flatMapInParts } from '../parts.ts';
import type { Statement } from '../statement.ts';
import { quoteIdentifier } from '../sql.ts';
import { isMembership } from '../way.ts';

/**
 * Adds temporary memberships of the connected role around the statements that need them, within one transaction.
 *
 * An owner's rights are necessary to create a schema for it, to set its default privileges, or to grant on what it owns.
 * If the connected role may grant the owner but is not a member, it joins the owner just before and leaves it
 * afterwards. If it may only become the owner, it does so. If it may do neither, PostgreSQL decides about the statement.
 * Source: PostgreSQL manual, 22.3 Role Membership; createrole_self_grant.
 */
export function* lendRightsInParts(
  statements: readonly Statement[],
  live: Live,
  standings: Standings,
): InParts<Statement[]> {
  const grantors = grantorsIn(live, standings);
  const uses = yield* flatMapInParts(statements, (statement) => [lentRoles(statement, standings)]);
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
  const lent = yield* flatMapInParts(statements, (statement, index) => [
    ...(uses[index] ?? [])
      .filter((role) => firstUse.get(role) === index)
      .map((role) => join(role, grantors(role), live)),
    takenOn(statement, standings),
    ...left
      .filter((role) => isEarly(role) && lastUse.get(role) === index)
      .map((role) => leave(role, grantors(role), live)),
  ]);
  const atEnd = left.filter((role) => !isEarly(role));
  return [...lent, ...atEnd.map((role) => leave(role, grantors(role), live))];
}

/**
 * The grantor of a temporary membership: the connected role if it has ADMIN OPTION itself, otherwise a role with ADMIN
 * OPTION whose privileges it has. The grantor is named because it must revoke the membership later. A membership from
 * another grantor is revoked as soon as possible, because the plan may drop that role.
 */
function grantorsIn(live: Live, standings: Standings): (role: string) => string {
  const { server, rights } = live;
  return (role) => {
    const admins = adminsOf(rights.ways).get(role) ?? [];
    const isGrantor = standings(role).isCreated || admins.includes(server.user);
    if (server.major < membershipOptionsSince || isGrantor) return server.user;
    return [...admins].sort().find((admin) => hasPrivilegesOf(admin, live)) ?? server.user;
  };
}

function lentRoles(statement: Statement, standings: Standings): string[] {
  const { rights = [], becomes = [], as } = statement;
  const canJoin = (role: string): boolean => standings(role).becomes === 'lent';
  const roles = [
    ...becomes.filter(canJoin),
    ...rights.filter((role) => canJoin(role) || standings(role).acts === 'lent'),
    ...(as !== undefined && canJoin(as) ? [as] : []),
  ];
  return distinct(roles);
}

function takenOn(statement: Statement, standings: Standings): Statement {
  const { rights = [], becomes = [] } = statement;
  const [owner, ...others] = rights;
  if (owner === undefined || others.length > 0 || statement.as !== undefined) return statement;
  if (becomes.some((role) => role !== owner)) return statement;
  return standings(owner).acts === 'taken on' ? { ...statement, as: owner } : statement;
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

/** Restores the membership that existed before, or revokes the temporary one. */
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
