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

/** Undefined also of a schema that is not declared. */
export function declaredSchemaOwner({ schemas }: RoleGraph, name: string): string | undefined {
  return schemaMap(schemas).get(name);
}

const pairSet = oncePer((pairs: readonly MembershipPair[]) => new Set(pairs.map(pairOf)));

/** Whether a group and a member are one of the pairs. */
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

/** Whether a retirement drops what the role owns: with a new owner for it, nothing is dropped. */
export function losesObjects({ dropOwned, reassignOwnedTo }: RetirementSpec): boolean {
  return dropOwned && reassignOwnedTo === undefined;
}

/** Whether a role is retired by dropping what it owns. */
export function losesWhatItOwns(graph: RoleGraph, role: string): boolean {
  return droppingByGraph(graph).has(role);
}
