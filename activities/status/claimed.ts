import type { Claimed } from '../../core/claims.ts';
import type { PolicyStatus } from '../../sources/source.ts';

/** Where a policy's status says what it claims. */
export const claimFields = [
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
