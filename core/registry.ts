import type { Inspector } from './inspector.ts';
import type { ObjectKind } from './kind.ts';
import { defaultPrivilege } from './kinds/default-privilege/default-privilege.ts';
import { grantKinds } from './kinds/grant/types/all.ts';
import { membership } from './kinds/membership/membership.ts';
import { type GrantableTypes, grantableTypesOf } from './kinds/grant/words.ts';
import { objectOwner } from './kinds/ownership/object-owner.ts';
import { outsidePolicy } from './kinds/outside-policy/outside-policy.ts';
import { password } from './kinds/password/password.ts';
import { retirement } from './kinds/retirement/retirement.ts';
import { roleSetting } from './kinds/role-setting/role-setting.ts';
import { roleReach } from './kinds/role-reach.ts';
import { role } from './kinds/role/role.ts';
import { schema } from './kinds/schema.ts';

/** Every object kind. The order breaks ties between changes that do not need each other. */
export const kinds: readonly ObjectKind[] = [
  role,
  password,
  schema,
  membership,
  objectOwner,
  ...grantKinds,
  defaultPrivilege,
  roleSetting,
  retirement,
];

/** Everything that reads the catalog: the kinds, and what only reports or informs the plan. */
export const inspectors: readonly Inspector[] = [...kinds, outsidePolicy, roleReach];

const byName = new Map(kinds.map((kind) => [kind.name, kind]));

/** The kind of a fact. Throws RangeError on a name the registry does not have. */
export function kindOf(name: string): ObjectKind {
  const kind = byName.get(name);
  if (kind === undefined) throw new RangeError(`no object kind is named ${name}`);
  return kind;
}

/** Object types a manifest may grant on, by the word it uses. */
export const grantableTypes: GrantableTypes = grantableTypesOf(grantKinds);
