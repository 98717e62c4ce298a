import { createdRoles, lacksFor } from './lacks-of-changes.ts';
import { claimsOf } from '../claims.ts';
import { desiredInParts, observedInParts } from '../inspect/live-rows.ts';
import type { LiveRows, Live } from '../live.ts';
import type { Fact } from '../fact.ts';
import { type InParts, forEachInParts } from '../parts.ts';
import { kindOf } from '../registry.ts';
import { type Change, factKey } from './diff.ts';

/**
 * Whether the connected role has the rights to all that the policy claims, also where nothing has to be changed now. If
 * not, the policy could claim roles that are as it declares them, and keep out the policy that can manage them.
 */
export function* claimProof(rows: LiveRows, live: Live): InParts<boolean> {
  if (live.server.superuser) return true;
  const present = new Map<string, Fact>();
  const observed = yield* observedInParts(rows, live);
  yield* forEachInParts(observed, (fact) => present.set(factKey(fact), fact));
  const wanted = yield* desiredInParts(rows, live);
  const changes: Change[] = [];
  yield* forEachInParts(wanted, (fact) =>
    changes.push(madeAgain(present.get(factKey(fact)), fact)),
  );
  const created = createdRoles(changes);
  let lacking = 0;
  yield* forEachInParts(changes, (change) => {
    lacking += lacksFor(change, live, created).length;
    lacking += kindOf(change.fact.kind).lacks?.(change, live).length ?? 0;
  });
  return lacking === 0 && isAboutAll(wanted, live);
}

/** Access is given again; what it is given to or on stays the thing that it is. */
function madeAgain(from: Fact | undefined, fact: Fact): Change {
  const isAccess = kindOf(fact.kind).holder !== undefined;
  return from === undefined || isAccess ? { op: 'create', fact } : { op: 'alter', from, fact };
}

/** A rule without an object, or a retirement of a role that is gone, names a role and needs no right at all. */
function isAboutAll(wanted: readonly Fact[], { graph, rights }: Live): boolean {
  const { roles, groups = [], exclusive = [], named = [], external = [] } = claimsOf(graph);
  const retired = new Set(graph.retirements.map(({ role }) => role));
  if (retired.size > 0 && !rights.attributes.includes('CREATEROLE')) return false;
  const shown = new Set(wanted.flatMap(({ id }) => Object.values(id)));
  return [...roles, ...groups, ...exclusive, ...named, ...external].every(
    (name) => retired.has(name) || shown.has(name),
  );
}
