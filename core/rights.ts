import type { Live, Statement } from './kind.ts';
import { quoteIdentifier } from './sql.ts';

/**
 * Puts the memberships the connected role lacks around the statements that need them, for the one transaction.
 *
 * An owner's rights are needed to make a schema for it, to set its default privileges, or to grant on what it owns.
 * A role that may grant the owner, but is not its member, joins it just before and leaves it at the end, so that
 * nothing of it stays. Where it may not, the statement is left to PostgreSQL's own judgement.
 * Source: PostgreSQL manual, 22.3 Role Membership; createrole_self_grant.
 */
export function lendRights(statements: readonly Statement[], live: Live): Statement[] {
  const created = new Set(statements.flatMap(({ creates }) => creates ?? []));
  const joined = new Set<string>();
  const lent = statements.flatMap((statement) => {
    const lacking = neededRoles(statement).filter(
      (role) => !joined.has(role) && mustJoin(role, live, created),
    );
    for (const role of lacking) joined.add(role);
    return [...lacking.map((role) => join(role, live)), statement];
  });
  const left = [...joined].filter((role) => !isDropped(role, live));
  return [...lent, ...left.map((role) => leave(role, live))];
}

/** A retired role takes its memberships with it, unless the mode keeps it. */
function isDropped(role: string, { graph, managed }: Live): boolean {
  return managed.has(role) && graph.retirements.some((retirement) => retirement.role === role);
}

function neededRoles({ rights = [], as }: Statement): string[] {
  return [...new Set([...rights, ...(as === undefined ? [] : [as])])].sort();
}

function mustJoin(role: string, { server, rights }: Live, created: ReadonlySet<string>): boolean {
  if (server.superuser || role === server.user || rights.usable.includes(role)) return false;
  // Before 16 a membership has no options to lend: one that is there but not inherited cannot be improved.
  if (server.major < 16 && rights.selfGranted.some((own) => own.role === role)) return false;
  return rights.grantable.includes(role) || created.has(role);
}

function join(role: string, { server }: Live): Statement {
  const options = server.major >= 16 ? ' WITH INHERIT TRUE, SET TRUE' : '';
  return {
    text: `GRANT ${quoteIdentifier(role)} TO ${quoteIdentifier(server.user)}${options}`,
    why: `${server.user} needs the rights of ${role} for this transaction`,
    risk: 'none',
  };
}

/** What was there before is put back as it was. */
function leave(role: string, { server, rights }: Live): Statement {
  const before = rights.selfGranted.find((membership) => membership.role === role);
  const edge = [quoteIdentifier(role), quoteIdentifier(server.user)] as const;
  const why = `${server.user} gives the rights of ${role} back`;
  if (before !== undefined) {
    const options = `INHERIT ${String(before.inherit).toUpperCase()}, SET ${String(before.set).toUpperCase()}`;
    return { text: `GRANT ${edge[0]} TO ${edge[1]} WITH ${options}`, why, risk: 'none' };
  }
  const by = server.major >= 16 ? ` GRANTED BY ${edge[1]}` : '';
  return { text: `REVOKE ${edge[0]} FROM ${edge[1]}${by}`, why, risk: 'none' };
}
