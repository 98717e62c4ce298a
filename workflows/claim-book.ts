import type { ResourceRef } from '../core/document.ts';
import type { Claim } from './messages.ts';

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

/** Policies that only name the same role go together. Grants are in a database, all else is the server's. */
function collisions(wanted: Claim): (held: Claim) => Collision | undefined {
  const roles = new Set(wanted.roles);
  const taken = new Set([...wanted.roles, ...(wanted.groups ?? [])]);
  const granted = new Set(wanted.named);
  const schemas = new Set(wanted.schemas);
  return (held) => {
    const here = held.database === wanted.database;
    const role = held.roles.find((name) => taken.has(name) || (here && granted.has(name)));
    if (role !== undefined) return { item: `role "${role}"`, how: 'claimed' };
    const beside = [...(held.groups ?? []), ...(here ? (held.named ?? []) : [])];
    const named = beside.find((name) => roles.has(name));
    if (named !== undefined) return { item: `role "${named}"`, how: 'named' };
    const schema = here ? held.schemas.find((name) => schemas.has(name)) : undefined;
    return schema === undefined ? undefined : { item: `schema "${schema}"`, how: 'claimed' };
  };
}

/** Puts a claim in the place of the policy's former one, or at the end. */
export function withClaim(claims: readonly Claim[], claim: Claim): readonly Claim[] {
  const index = claims.findIndex(({ policy }) => samePolicy(policy, claim.policy));
  return index < 0 ? [...claims, claim] : claims.with(index, claim);
}

/** What is left of a held claim when its policy wants another one. Undefined when that is nothing. */
export function remainder(held: Claim, wanted: Claim): Claim | undefined {
  const common = (left: readonly string[] = [], right: readonly string[] = []) => {
    const others = new Set(right);
    return left.filter((name) => others.has(name));
  };
  const roles = common(held.roles, wanted.roles);
  const here = held.database === wanted.database;
  const schemas = here ? common(held.schemas, wanted.schemas) : [];
  const groups = common(held.groups, wanted.groups);
  const named = here ? common(held.named, wanted.named) : [];
  if (roles.length + schemas.length + groups.length + named.length === 0) return undefined;
  const { policy, since, database } = held;
  return { policy, digest: partial, since, database, roles, schemas, groups, named };
}

/** No ticket is made under it: a part is only kept until the policy gets the whole or gives it up. */
const partial = 'partial';

export function withoutPolicy<T extends { readonly policy: ResourceRef }>(
  rows: readonly T[],
  policy: ResourceRef,
): readonly T[] {
  return rows.filter((row) => !samePolicy(row.policy, policy));
}

/** Claims that were recalled together: of two that collide the older one stands. */
export function compatible(recalled: readonly Claim[]): readonly Claim[] {
  const oldestFirst = recalled.toSorted((left, right) => (left.since < right.since ? -1 : 1));
  return oldestFirst.reduce<readonly Claim[]>(
    (claims, claim) => (objectionTo(claim, claims) === undefined ? [...claims, claim] : claims),
    [],
  );
}

export function samePolicy(left: ResourceRef, right: ResourceRef): boolean {
  return left.namespace === right.namespace && left.name === right.name;
}
