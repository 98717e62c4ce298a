import type { Claim } from '../activities/contract.ts';

/**
 * Limit for the claims of one server in bytes. Temporal refuses payloads over 2 MiB, and the state is one payload. The
 * claims of 1,000 policies, each with 10 roles with the longest names PostgreSQL allows, take 0.9 MB.
 */
export const mostClaimed = 1_500_000;

const sizes = new WeakMap<Claim, number>();

export function totalSize(claims: readonly Claim[]): number {
  return claims.reduce((sum, claim) => sum + sizeOf(claim), 0);
}

export function textSize(value: readonly object[]): number {
  return bytesOf(JSON.stringify(value));
}

/** Upper estimate of the size of the claim's JSON. It is cached, because every new claim needs it. */
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

/** Bytes of a UTF-16 unit in JSON. Escapes are ASCII, and half a surrogate pair counts as more than it needs. */
function bytesOfUnit(unit: number): number {
  if (unit < 0x20) return 6;
  if (unit === 0x22 || unit === 0x5c) return 2;
  if (unit < 0x80) return 1;
  return unit < 0x800 ? 2 : 3;
}
