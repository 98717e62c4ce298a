import type { Created } from './means.ts';
import { meansToActAs, meansToBecome, selfGranted } from './means.ts';
import { distinct } from '../distinct.ts';
import type { Live, Statement } from '../kind.ts';
import { quoteIdentifier } from '../sql.ts';

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
  const joined = new Set<string>();
  const lent = statements.flatMap((statement) => {
    const lacking = lentRoles(statement, live, created).filter((role) => !joined.has(role));
    for (const role of lacking) joined.add(role);
    return [...lacking.map((role) => join(role, live)), takenOn(statement, live, created)];
  });
  const dropped = new Set(statements.flatMap(({ drops }) => drops ?? []));
  const left = [...joined].filter((role) => !dropped.has(role));
  return [...lent, ...left.map((role) => leave(role, live))];
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

function join(role: string, { server }: Live): Statement {
  const options = server.major >= 16 ? ' WITH INHERIT TRUE, SET TRUE' : '';
  return {
    text: `GRANT ${quoteIdentifier(role)} TO ${quoteIdentifier(server.user)}${options}`,
    why: `${server.user} needs the rights of ${role} for this transaction`,
    risk: 'none',
    affects: [server.user],
  };
}

/** What was there before is put back as it was. */
function leave(role: string, { server, rights }: Live): Statement {
  const before = selfGranted(rights.selfGranted, role);
  const edge = [quoteIdentifier(role), quoteIdentifier(server.user)] as const;
  const said = {
    why: `${server.user} gives the rights of ${role} back`,
    risk: 'none',
    affects: [server.user],
  } as const;
  if (before !== undefined) {
    const options = `INHERIT ${String(before.inherit).toUpperCase()}, SET ${String(before.set).toUpperCase()}`;
    return { text: `GRANT ${edge[0]} TO ${edge[1]} WITH ${options}`, ...said };
  }
  const by = server.major >= 16 ? ` GRANTED BY ${edge[1]}` : '';
  return { text: `REVOKE ${edge[0]} FROM ${edge[1]}${by}`, ...said };
}
