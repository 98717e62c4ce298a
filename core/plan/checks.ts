import type { Lack, Live, Need, ServerFacts } from '../kind.ts';
import { createdRoles, lacksFor } from '../authority/authority.ts';
import { listed } from '../listed.ts';
import type { Plan } from './plan.ts';
import { providerOf } from '../authority/provider.ts';
import { Refusal } from '../refusal.ts';
import { kindOf } from '../registry.ts';
import { quoteIdentifier } from '../sql.ts';

type Check = (plan: Plan, live: Live) => Refusal | undefined;

/** Safety checks, in order. The first that objects decides. */
const checks: readonly Check[] = [changeIsSafe, changesArePermitted];

/** Throws the first objection to a plan. Nothing has been changed then. */
export function checkPlan(plan: Plan, live: Live): void {
  for (const check of checks) {
    const objection = check(plan, live);
    if (objection !== undefined) throw objection;
  }
}

function changeIsSafe({ changes }: Plan, live: Live): Refusal | undefined {
  for (const change of changes) {
    const objection = kindOf(change.fact.kind).unsafe?.(change, live);
    if (objection !== undefined) return objection;
  }
  return undefined;
}

const shownChanges = 5;

/** What cannot be revoked was set aside already; what cannot be granted or altered stops the plan. */
function changesArePermitted({ changes }: Plan, live: Live): Refusal | undefined {
  const created = createdRoles(changes);
  const lacking = changes.flatMap((change) => {
    const lacks = [
      ...lacksFor(change, live, created).map((need) => lackOf(need, live.server)),
      ...(kindOf(change.fact.kind).lacks?.(change, live) ?? []),
    ];
    return lacks.length === 0 ? [] : [{ line: kindOf(change.fact.kind).explain(change), lacks }];
  });
  if (lacking.length === 0) return undefined;
  const lacks = lacking.flatMap((change) => change.lacks);
  const lines = distinct(lacking.map(({ line }) => line));
  const missing = distinct(lacks.map(({ what }) => what))
    .sort()
    .join(', ');
  const remedies = distinct(lacks.map(({ remedy }) => remedy))
    .sort()
    .join('; ');
  return new Refusal(
    'InsufficientPrivileges',
    `the connected role ${quoteIdentifier(live.server.user)}${onProvider(live)} lacks ${missing}, without which it cannot do this: ${listed(lines, shownChanges, '; ')}`,
    `Connect as another role, or let one that may ${remedies}.`,
    lines,
  );
}

/** On a database service it matters whether the connected role is one of its administrators, by whatever way. */
function onProvider({ rights }: Live): string {
  const provider = providerOf(rights);
  if (provider === undefined) return '';
  const member = rights.service?.isMember === true ? 'a member' : 'no member';
  return ` on ${provider.name}, ${member} of ${provider.admin},`;
}

function distinct(texts: readonly string[]): string[] {
  return [...new Set(texts)];
}

function lackOf(need: Need, server: ServerFacts): Lack {
  return { what: wordsFor(need), remedy: remedyFor(need, server) };
}

/** A member of the bootstrap superuser is as good as one, which nobody should be advised to make. */
function remedyFor(need: Need, { user, bootstrap }: ServerFacts): string {
  if (need.role !== bootstrap) return `run ${grantFor(need, quoteIdentifier(user))}`;
  return `give what superuser ${quoteIdentifier(bootstrap)} owns to another role`;
}

function wordsFor({ role, right }: Need): string {
  const name = quoteIdentifier(role);
  return right === 'admin' ? `ADMIN OPTION on role ${name}` : `the rights of role ${name}`;
}

function grantFor({ role, right }: Need, user: string): string {
  return `GRANT ${quoteIdentifier(role)} TO ${user}${right === 'admin' ? ' WITH ADMIN OPTION' : ''}`;
}
