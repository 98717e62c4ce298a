import type { AclEntry, ObjectGroup } from '../../acl.ts';
import type { Live } from '../../live.ts';
import { everyone } from '../../public.ts';
import type { GrantableType } from './grantable-type.ts';

/** Since this version initdb grants everyone only USAGE on schema public. */
const closedPublicSince = 15;

/**
 * Whether an entry stays though its policy goes and takes back what it granted: what PostgreSQL itself gives everyone on
 * such an object. Without it people would have less than before there was a policy.
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
