import { authorizeInParts } from './authorize.ts';
import { claimsOf } from '../claims.ts';
import { desiredInParts, observedInParts } from '../inspect/live-rows.ts';
import type { LiveRows, Live } from '../live.ts';
import type { Fact } from '../fact.ts';
import { type InParts, forEachInParts } from '../parts.ts';
import { kindOf } from '../registry.ts';
import { type Change, factKey } from './diff.ts';

/**
 * Whether the connected role has the rights to all that the policy claims, also where nothing has to change now.
 * Otherwise a policy could claim roles that are already as it declares them, and keep out a policy that can manage them.
 */
export function* claimProof(rows: LiveRows, live: Live): InParts<boolean> {
  if (live.server.superuser) return true;
  const present = new Map<string, Fact>();
  const observed = yield* observedInParts(rows, live);
  yield* forEachInParts(observed, (fact) => present.set(factKey(fact), fact));
  const wanted = yield* desiredInParts(rows, live);
  const changes: Change[] = [];
  yield* forEachInParts(wanted, (fact) =>
    changes.push(changeToProve(present.get(factKey(fact)), fact)),
  );
  const authorized = yield* authorizeInParts(changes, live);
  const isLacking = authorized.changes.some(
    ({ authority: { unmet, lacks } }) => unmet.length + lacks.length > 0,
  );
  return !isLacking && isAboutAll(wanted, live);
}

/** Access counts as granted again. Roles and objects count as altered, because they stay what they are. */
function changeToProve(from: Fact | undefined, fact: Fact): Change {
  const isAccess = kindOf(fact.kind).holder !== undefined;
  return from === undefined || isAccess ? { op: 'create', fact } : { op: 'alter', from, fact };
}

/** A rule without an object, or the retirement of a dropped role, names a role but needs no right. */
function isAboutAll(wanted: readonly Fact[], { graph, rights }: Live): boolean {
  const { roles, groups = [], exclusive = [], named = [], external = [] } = claimsOf(graph);
  const retired = new Set(graph.retirements.map(({ role }) => role));
  if (retired.size > 0 && !rights.attributes.includes('CREATEROLE')) return false;
  const shown = new Set(wanted.flatMap(({ id }) => Object.values(id)));
  return [...roles, ...groups, ...exclusive, ...named, ...external].every(
    (name) => retired.has(name) || shown.has(name),
  );
}
