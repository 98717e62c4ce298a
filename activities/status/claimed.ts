import { createHash } from 'node:crypto';
import type { Claimed } from '../../core/claims.ts';
import type { PolicyStatus } from '../../sources/source.ts';
import { omit } from './omit.ts';

/** The status fields that record what a policy claims. */
const claimFields = [
  'owned_roles',
  'owned_schemas',
  'named_groups',
  'exclusive_groups',
  'named_roles',
  'external_roles',
  'named_members',
  'covers_database',
] as const satisfies readonly (keyof PolicyStatus)[];

type ClaimStatus = Pick<PolicyStatus, (typeof claimFields)[number]>;

/** The status fields that record where and since when the policy holds the claim. */
const standingFields = [
  'managed_database_identity',
  'claimed_since',
  'claim_unproven',
] as const satisfies readonly (keyof PolicyStatus)[];

interface RecordedClaim {
  /** `<server>/<database>` */
  readonly identity: string;
  readonly claimed: Claimed;
  readonly since: string;
  readonly unproven: boolean;
}

/** The status with this claim recorded instead of any former one. */
export function withClaim(
  status: PolicyStatus,
  { identity, claimed, since, unproven }: RecordedClaim,
): PolicyStatus {
  return {
    ...withoutClaim(status),
    managed_database_identity: identity,
    ...statusOf(claimed),
    claimed_since: since,
    ...(unproven ? { claim_unproven: true } : {}),
  };
}

export function withoutClaim(status: PolicyStatus): PolicyStatus {
  return omit(status, ...standingFields, ...claimFields);
}

/** Identifies the claim that a status records. Undefined when it records none. */
export function recordDigest(status: PolicyStatus): string | undefined {
  const fields = [...standingFields, ...claimFields].map((field) => status[field] ?? null);
  if (fields.every((field) => field === null)) return undefined;
  return createHash('sha256').update(JSON.stringify(fields)).digest('hex').slice(0, 16);
}

export function statusOf(claimed: Claimed): ClaimStatus {
  const { roles, schemas, groups, exclusive, named, external, members, coverage } = claimed;
  return {
    owned_roles: roles,
    owned_schemas: schemas,
    ...(groups === undefined ? {} : { named_groups: groups }),
    ...(exclusive === undefined ? {} : { exclusive_groups: exclusive }),
    ...(named === undefined ? {} : { named_roles: named }),
    ...(external === undefined ? {} : { external_roles: external }),
    ...(members === undefined ? {} : { named_members: members }),
    ...(coverage === undefined ? {} : { covers_database: true }),
  };
}

export function claimedIn(status: ClaimStatus): Claimed {
  const { named_groups: groups, exclusive_groups: exclusive, named_roles: named } = status;
  const { external_roles: external, named_members: members } = status;
  return {
    roles: status.owned_roles ?? [],
    schemas: status.owned_schemas ?? [],
    ...(groups === undefined ? {} : { groups }),
    ...(exclusive === undefined ? {} : { exclusive }),
    ...(named === undefined ? {} : { named }),
    ...(external === undefined ? {} : { external }),
    ...(members === undefined ? {} : { members }),
    ...(status.covers_database === undefined ? {} : { coverage: 'database' }),
  };
}
