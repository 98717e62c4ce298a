import type { Claim } from '../activities/contract.ts';
import type { ResourceRef } from '../core/document/document.ts';

/**
 * Why a claim is refused: the policy that holds the role or schema, one item that both want, and whether the holder
 * only names it.
 */
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

/** Pairs of lists that collide when one name is in both, for policies of any databases on one server. */
const onServer: readonly Pair[] = [
  ['roles', 'roles'],
  ['roles', 'groups'],
  ['exclusive', 'groups'],
  ['covered', 'members'],
];

/** Pairs of lists that collide only if both policies use the same database. */
const inDatabase: readonly Pair[] = [
  ['roles', 'named'],
  ['roles', 'external'],
  ['external', 'external'],
  ['external', 'named'],
  ['schemas', 'schemas'],
];

type Pair = readonly [mine: List | 'covered', theirs: List];

/**
 * Policies that only name the same role do not collide. Grants belong to a database, memberships to the whole server.
 */
function collisions(wanted: Claim): (held: Claim) => Collision | undefined {
  const sets = new Map<List | 'covered', ReadonlySet<string>>();
  const wantedSet = (list: List | 'covered'): ReadonlySet<string> => {
    const known = sets.get(list) ?? new Set(namesIn(wanted, list));
    sets.set(list, known);
    return known;
  };
  const wantedNames = new Set(allNames(wanted));
  return (held) => {
    if (!allNames(held).some((name) => wantedNames.has(name))) return undefined;
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

const names = new WeakMap<Claim, readonly string[]>();

/** Remembered, because every new claim is compared with every other one. Almost all have nothing in common. */
function allNames(claim: Claim): readonly string[] {
  const known = names.get(claim);
  if (known !== undefined) return known;
  const { roles, schemas, groups = [], exclusive = [], named = [], external = [] } = claim;
  const all = [roles, schemas, groups, exclusive, named, external, claim.members ?? []].flat();
  names.set(claim, all);
  return all;
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

/** Replaces the policy's former claim, or adds the claim at the end. */
export function withClaim(claims: readonly Claim[], claim: Claim): readonly Claim[] {
  const index = claims.findIndex(({ policy }) => samePolicy(policy, claim.policy));
  return index < 0 ? [...claims, claim] : claims.with(index, claim);
}

/** The part of a held claim that its policy still wants. Undefined when that is nothing. */
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

/**
 * Digest of a partial claim. No ticket uses it: the policy keeps the part until it gets the whole claim or releases it.
 */
const partial = 'partial';

export function withoutPolicy<T extends { readonly policy: ResourceRef }>(
  rows: readonly T[],
  policy: ResourceRef,
): readonly T[] {
  return rows.filter((row) => !samePolicy(row.policy, policy));
}

/** Resolves collisions between recalled claims: a proven claim wins, otherwise the older one. */
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
