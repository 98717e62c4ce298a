import type { MembershipPair, RetirementSpec, RoleGraph, RoleSpec, SchemaSpec } from './graph.ts';
import { oncePer } from './once-per.ts';

/** One key for a group and a member. */
export const pairOf = ({ role, member }: MembershipPair): string => `${role}\0${member}`;

const roleMap = oncePer(
  (roles: readonly RoleSpec[]) => new Map(roles.map((role) => [role.name, role])),
);

/** A declared, generated or external role. */
export function roleNamed({ roles }: RoleGraph, name: string): RoleSpec | undefined {
  return roleMap(roles).get(name);
}

const schemaMap = oncePer(
  (schemas: readonly SchemaSpec[]) => new Map(schemas.map(({ name, owner }) => [name, owner])),
);

/** Also undefined for a schema that is not declared. */
export function declaredSchemaOwner({ schemas }: RoleGraph, name: string): string | undefined {
  return schemaMap(schemas).get(name);
}

const pairSet = oncePer((pairs: readonly MembershipPair[]) => new Set(pairs.map(pairOf)));

/** Whether the list contains the pair of a group and a member. */
export function isPairOf(pairs: readonly MembershipPair[], pair: MembershipPair): boolean {
  return pairSet(pairs).has(pairOf(pair));
}

const retiredSet = oncePer(
  (retirements: RoleGraph['retirements']) => new Set(retirements.map(({ role }) => role)),
);

export function isRetired({ retirements }: RoleGraph, role: string): boolean {
  return retiredSet(retirements).has(role);
}

const droppingByGraph = oncePer(
  ({ retirements }: RoleGraph) => new Set(retirements.filter(losesObjects).map(({ role }) => role)),
);

/** Whether a retirement drops what the role owns. If the manifest names a new owner, nothing is dropped. */
export function losesObjects({ dropOwned, reassignOwnedTo }: RetirementSpec): boolean {
  return dropOwned && reassignOwnedTo === undefined;
}

/** Whether the manifest retires the role and drops what it owns. */
export function losesWhatItOwns(graph: RoleGraph, role: string): boolean {
  return droppingByGraph(graph).has(role);
}
