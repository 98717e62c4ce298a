import type { Claim } from '../activities/contract.ts';

/**
 * Bytes of claims one server's workflow takes. Temporal refuses payloads over 2 MiB, and the state is one payload.
 * 1,000 policies of 10 roles with the longest names PostgreSQL has are 0.9 MB.
 */
export const mostClaimed = 1_500_000;

const sizes = new WeakMap<Claim, number>();

export function totalSize(claims: readonly Claim[]): number {
  return claims.reduce((sum, claim) => sum + sizeOf(claim), 0);
}

export function textSize(value: readonly object[]): number {
  return bytesOf(JSON.stringify(value));
}

/** About the bytes of the claim's JSON, never less. It is asked for with every claim that comes, so it is kept. */
export function sizeOf(claim: Claim): number {
  const known = sizes.get(claim);
  if (known !== undefined) return known;
  const { roles, schemas, groups = [], exclusive = [], named = [], external = [] } = claim;
  const { policy, database, members = [] } = claim;
  const names = [roles, schemas, groups, exclusive, named, external, members].flat();
  const own = bytesOf(policy.namespace) + bytesOf(policy.name) + bytesOf(database) + 300;
  const size = names.reduce((sum, name) => sum + bytesOf(name) + 3, own) + (claim.listBytes ?? 0);
  sizes.set(claim, size);
  return size;
}

function bytesOf(text: string): number {
  let bytes = 0;
  for (let index = 0; index < text.length; index += 1) bytes += bytesOfUnit(text.charCodeAt(index));
  return bytes;
}

/** Of a UTF-16 unit in JSON: escapes are written in ASCII, half a surrogate pair counts as more than it is. */
function bytesOfUnit(unit: number): number {
  if (unit < 0x20) return 6;
  if (unit === 0x22 || unit === 0x5c) return 2;
  if (unit < 0x80) return 1;
  return unit < 0x800 ? 2 : 3;
}
