import { authorityOf } from '../authority/authority-of.ts';
import { type Created, type Standings, standingsOf } from '../authority/means.ts';
import type { Authorized } from '../authorized.ts';
import type { Live } from '../live.ts';
import { type InParts, forEachInParts } from '../parts.ts';
import { kindOf } from '../registry.ts';
import type { Change } from './diff.ts';

/** A change with the rights by which it is made, or what is lacking. */
export type AuthorizedChange = Authorized<Change>;

export interface AuthorizedChanges {
  readonly changes: readonly AuthorizedChange[];
  /** What the connected role can do with other roles, including those that the changes create. */
  readonly standings: Standings;
}

/**
 * Determines once by which right each change is made, or what is lacking. The later stages, checks and findings only
 * read it. Other code decides about rights only where the question differs: a kind that says which rights a change
 * needs or what a declared object requires, and ways.ts, which compares rights at different moments of the plan.
 */
export function* authorizeInParts(
  changes: readonly Change[],
  live: Live,
): InParts<AuthorizedChanges> {
  const standings = standingsOf(live, createdRoles(changes));
  const authorized: AuthorizedChange[] = [];
  yield* forEachInParts(changes, (change) => {
    authorized.push(authorizeChange(change, live, standings));
  });
  return { changes: authorized, standings };
}

export function authorizeChange(
  change: Change,
  live: Live,
  standings: Standings,
): AuthorizedChange {
  const authority = authorityOf(kindOf(change.fact.kind), change, live, standings);
  return { ...change, authority };
}

export function createdRoles(changes: readonly Change[]): Created {
  return new Set(
    changes.flatMap(({ op, fact }) =>
      op === 'create' ? (kindOf(fact.kind).creates?.(fact) ?? []) : [],
    ),
  );
}
