import { membershipOptionsSince } from '../membership-options.ts';
import type { Lack, Need } from '../need.ts';
import type { Live } from '../live.ts';
import type { Change } from './diff.ts';
import { distinct } from '../distinct.ts';
import { listed } from '../listed.ts';
import { isAmong } from '../once-per.ts';
import { type InParts, finished, forEachInParts } from '../parts.ts';
import type { Plan } from './plan.ts';
import { providerOf } from '../authority/provider.ts';
import { Refusal } from '../refusal.ts';
import { kindOf } from '../registry.ts';
import { quoteIdentifier } from '../sql.ts';
import { type WayLost, waysLost } from './ways.ts';

type Check = (plan: Plan, live: Live) => InParts<Refusal | undefined>;

/** Safety checks, in order. The first objection counts. */
const checks: readonly Check[] = [changeIsSafe, changesArePermitted, rightsLastLongEnough];

/** Throws the first refusal of a plan, before anything is changed. */
export function checkPlan(plan: Plan, live: Live): void {
  finished(checkInParts(plan, live));
}

export function* checkInParts(plan: Plan, live: Live): InParts<void> {
  for (const check of checks) {
    const objection = yield* check(plan, live);
    if (objection !== undefined) throw objection;
  }
}

function* changeIsSafe({ changes }: Plan, live: Live): InParts<Refusal | undefined> {
  let objection: Refusal | undefined;
  yield* forEachInParts(changes, (change) => {
    objection ??= kindOf(change.fact.kind).unsafe?.(change, live);
  });
  return objection;
}

const shownChanges = 5;

/** What cannot be revoked was set aside already. A change that cannot be made otherwise stops the plan. */
function* changesArePermitted({ changes }: Plan, live: Live): InParts<Refusal | undefined> {
  const lacking: { readonly line: string; readonly lacks: readonly Lack[] }[] = [];
  yield* forEachInParts(changes, (change) => {
    const { unmet, lacks: others } = change.authority;
    const lacks = [...unmet.map((need) => lackOf(need, live)), ...others];
    if (lacks.length > 0) lacking.push({ line: explain(change), lacks });
  });
  if (lacking.length === 0) return undefined;
  const lacks = lacking.flatMap((change) => change.lacks);
  const lines = [...new Set(lacking.map(({ line }) => line))];
  const missing = distinct(lacks.map(({ what }) => what)).join(', ');
  const remedies = distinct(lacks.map(({ remedy }) => remedy)).join('; ');
  return new Refusal(
    'InsufficientPrivileges',
    `the connected role ${quoteIdentifier(live.server.user)}${onProvider(live)} lacks ${missing}, which is required for: ${listed(lines, shownChanges, '; ')}`,
    `Connect as another role, or do this as an administrator: ${remedies}.`,
    lines,
  );
}

/** This must be known before the first statement, because committed steps stay if a later one is not allowed any more. */
function* rightsLastLongEnough(plan: Plan, live: Live): InParts<Refusal | undefined> {
  const lost: WayLost[] = [];
  for (const found of waysLost(plan, live)) {
    if (found === undefined) yield;
    else lost.push(found);
  }
  return lost.length === 0 ? undefined : takenBefore(lost, live);
}

function takenBefore(lost: readonly WayLost[], live: Live): Refusal {
  const lines = distinct(lost.map(({ change }) => explain(change)));
  const takers = distinct(lost.flatMap((each) => each.takers.map(explain)));
  const lacks = lost.flatMap(({ needs, lacks: others }) => [
    ...needs.map((need) => lackOf(need, live)),
    ...others,
  ]);
  const missing = distinct(lacks.map(({ what }) => what)).join(', ');
  const remedies = distinct(lacks.map(({ remedy }) => remedy)).join('; ');
  return new Refusal(
    'InsufficientPrivileges',
    `the connected role ${quoteIdentifier(live.server.user)} has ${missing} only through what the plan takes away (${listed(takers, shownChanges, '; ')}), but needs it for: ${listed(lines, shownChanges, '; ')}`,
    `Do this as an administrator, so that pgwarden does not depend on what the plan takes away: ${remedies}. Or remove that from the policy.`,
    lines,
  );
}

function explain(change: Change): string {
  return kindOf(change.fact.kind).explain(change);
}

/** On a database service, it matters whether the connected role is one of its administrators, also indirectly. */
function onProvider({ rights }: Live): string {
  const provider = providerOf(rights);
  if (provider === undefined) return '';
  const member = rights.service?.isMember === true ? 'a member' : 'no member';
  return ` on ${provider.name}, ${member} of ${provider.admin},`;
}

function lackOf(need: Need, live: Live): Lack {
  return { what: wordsFor(need), remedy: remedyFor(need, live) };
}

/** A member of the bootstrap superuser is as powerful as a superuser, so no hint suggests such a membership. */
function remedyFor(need: Need, live: Live): string {
  const { bootstrap } = live.server;
  if (need.role !== bootstrap) return `run ${grantFor(need, live)}`;
  return `give what superuser ${quoteIdentifier(bootstrap)} owns to another role`;
}

function wordsFor({ role, right }: Need): string {
  const name = quoteIdentifier(role);
  return right === 'admin' ? `ADMIN OPTION on role ${name}` : `the rights of role ${name}`;
}

/** A member that may only become the role must inherit it. Before 16, INHERIT is an attribute of the member. */
function grantFor({ role, right }: Need, { server, rights }: Live): string {
  const user = quoteIdentifier(server.user);
  const grant = `GRANT ${quoteIdentifier(role)} TO ${user}`;
  if (right === 'admin') return `${grant} WITH ADMIN OPTION`;
  if (right === 'become' || !isAmong(rights.settable, role)) return grant;
  return server.major >= membershipOptionsSince
    ? `${grant} WITH INHERIT TRUE`
    : `ALTER ROLE ${user} INHERIT`;
}
