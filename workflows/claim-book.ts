import type { ResourceRef } from '../core/document.ts';
import type { Claim } from './messages.ts';

/** What stands against a claim: whose it is, and one thing both want. */
export interface Objection {
  readonly holder: ResourceRef;
  readonly item: string;
}

/** The first claim of another policy that has something in common with this one. */
export function objectionTo(wanted: Claim, claims: readonly Claim[]): Objection | undefined {
  const roles = new Set(wanted.roles);
  const schemas = new Set(wanted.schemas);
  for (const held of claims) {
    if (samePolicy(held.policy, wanted.policy)) continue;
    const role = held.roles.find((name) => roles.has(name));
    if (role !== undefined) return { holder: held.policy, item: `role "${role}"` };
    if (held.database !== wanted.database) continue;
    const schema = held.schemas.find((name) => schemas.has(name));
    if (schema !== undefined) return { holder: held.policy, item: `schema "${schema}"` };
  }
  return undefined;
}

/** Puts a claim in the place of the policy's former one, or at the end. */
export function withClaim(claims: readonly Claim[], claim: Claim): readonly Claim[] {
  const index = claims.findIndex(({ policy }) => samePolicy(policy, claim.policy));
  return index < 0 ? [...claims, claim] : claims.with(index, claim);
}

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
