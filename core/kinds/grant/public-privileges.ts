import type { AclEntry, ObjectGroup } from '../../acl.ts';
import type { Live } from '../../live.ts';
import { everyone } from '../../public.ts';
import type { GrantableType } from './grantable-type.ts';

/** Since this version, initdb grants only USAGE on schema public to PUBLIC. */
const closedPublicSince = 15;

/**
 * Whether a policy that is deleted and revokes its grants leaves an entry: PostgreSQL itself grants it to PUBLIC by
 * default. Without it, users would have less than before the policy.
 */
export function staysWhenTakenBack(
  type: GrantableType,
  row: ObjectGroup,
  { grantee, grantor, privilege }: AclEntry,
  { mode, server }: Live,
): boolean {
  if (mode !== 'revoke' || grantee !== everyone || grantor !== row.owner) return false;
  const given = type.isSchema === true ? onSchema(row.name, server.major) : type.everyone;
  return given?.includes(privilege) === true;
}

function onSchema(name: string | null, major: number): readonly string[] {
  if (name !== 'public') return [];
  return major >= closedPublicSince ? ['USAGE'] : ['CREATE', 'USAGE'];
}
