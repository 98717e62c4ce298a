import type { Claim } from '../activities/contract.ts';
import type { ResourceRef } from '../core/document/document.ts';

/** What stands against a claim: whose it is, one thing both want, and whether the holder only names it. */
export interface Objection extends Collision {
  readonly holder: ResourceRef;
}

interface Collision {
  readonly item: string;
  readonly how: 'claimed' | 'named';
}

/** The first claim of another policy that has something in common with this one. */
export function objectionTo(wanted: Claim, claims: readonly Claim[]): Objection | undefined {
  const collisionWith = collisions(wanted);
  for (const held of claims) {
    if (samePolicy(held.policy, wanted.policy)) continue;
    const collision = collisionWith(held);
    if (collision !== undefined) return { holder: held.policy, ...collision };
  }
  return undefined;
}

type List = 'roles' | 'schemas' | 'groups' | 'exclusive' | 'named' | 'external' | 'members';

/** What one policy has of the first stands against what another has of the second, on the whole server. */
const onServer: readonly Pair[] = [
  ['roles', 'roles'],
  ['roles', 'groups'],
  ['exclusive', 'groups'],
  ['covered', 'members'],
];

/** The same, where both are policies of one database. */
const inDatabase: readonly Pair[] = [
  ['roles', 'named'],
  ['roles', 'external'],
  ['external', 'external'],
  ['external', 'named'],
  ['schemas', 'schemas'],
];

type Pair = readonly [mine: List | 'covered', theirs: List];

/** Policies that only name the same role go together. Grants are in a database, memberships are the server's. */
function collisions(wanted: Claim): (held: Claim) => Collision | undefined {
  const sets = new Map<List | 'covered', ReadonlySet<string>>();
  const wantedSet = (list: List | 'covered'): ReadonlySet<string> => {
    const known = sets.get(list) ?? new Set(namesIn(wanted, list));
    sets.set(list, known);
    return known;
  };
  return (held) => {
    const pairs = held.database === wanted.database ? [...onServer, ...inDatabase] : onServer;
    for (const [exclusive, other] of pairs) {
      const claimed = namesIn(held, exclusive).find((name) => wantedSet(other).has(name));
      if (claimed !== undefined) return collision(exclusive, claimed, 'claimed');
      const named = namesIn(held, other).find((name) => wantedSet(exclusive).has(name));
      if (named !== undefined) return collision(exclusive, named, isNamed(other));
    }
    return undefined;
  };
}

function namesIn(claim: Claim, list: List | 'covered'): readonly string[] {
  if (list === 'covered') return claim.coverage === 'database' ? claim.roles : [];
  return claim[list] ?? [];
}

function isNamed(list: List): Collision['how'] {
  return list === 'groups' || list === 'named' || list === 'members' ? 'named' : 'claimed';
}

function collision(list: List | 'covered', name: string, how: Collision['how']): Collision {
  return { item: `${list === 'schemas' ? 'schema' : 'role'} "${name}"`, how };
}

/** Puts a claim in the place of the policy's former one, or at the end. */
export function withClaim(claims: readonly Claim[], claim: Claim): readonly Claim[] {
  const index = claims.findIndex(({ policy }) => samePolicy(policy, claim.policy));
  return index < 0 ? [...claims, claim] : claims.with(index, claim);
}

/** What is left of a held claim when its policy wants another one. Undefined when that is nothing. */
export function remainder(held: Claim, wanted: Claim): Claim | undefined {
  const here = held.database === wanted.database;
  const common = (list: List, stays = true): readonly string[] => {
    const others = new Set(wanted[list]);
    return stays ? (held[list] ?? []).filter((name) => others.has(name)) : [];
  };
  const rest = {
    roles: common('roles'),
    schemas: common('schemas', here),
    groups: common('groups'),
    exclusive: common('exclusive'),
    named: common('named', here),
    external: common('external', here),
    members: common('members'),
  };
  if (Object.values(rest).every((names) => names.length === 0)) return undefined;
  const { policy, since, database } = held;
  const coverage = held.coverage === wanted.coverage ? held.coverage : undefined;
  const covers = coverage === undefined ? {} : { coverage };
  const standing = held.unproven === undefined ? {} : { unproven: held.unproven };
  return { policy, digest: partial, since, database, ...rest, ...covers, ...standing };
}

/** No ticket is made under it: a part is only kept until the policy gets the whole or gives it up. */
const partial = 'partial';

export function withoutPolicy<T extends { readonly policy: ResourceRef }>(
  rows: readonly T[],
  policy: ResourceRef,
): readonly T[] {
  return rows.filter((row) => !samePolicy(row.policy, policy));
}

/** Claims that were recalled together: of two that collide the proven one stands, or the older one. */
export function compatible(recalled: readonly Claim[]): readonly Claim[] {
  const place = ({ unproven, since }: Claim) => `${unproven === undefined ? 'a' : 'b'} ${since}`;
  const oldestFirst = recalled.toSorted((left, right) => (place(left) < place(right) ? -1 : 1));
  return oldestFirst.reduce<readonly Claim[]>(
    (claims, claim) => (objectionTo(claim, claims) === undefined ? [...claims, claim] : claims),
    [],
  );
}

export function samePolicy(left: ResourceRef, right: ResourceRef): boolean {
  return left.namespace === right.namespace && left.name === right.name;
}
