import { distinct } from '../distinct.ts';
import type { OwnershipSpec, RoleGraph } from '../graph.ts';
import { sessionRolesOf } from '../session-setting.ts';
import { everyone } from '../public.ts';
import { grantableTypes } from '../registry.ts';
import type { Scope } from '../catalog/scope.ts';
import { reportedRoles } from '../catalog/reported-roles.ts';

/** The catalog rows that decide a plan. `isBounded` says whether the policy is checked against bounds. */
export function scopeOf(graph: RoleGraph, isBounded = false): Scope {
  const roles = rolesIn(graph);
  const adoptions = graph.ownerships.flatMap(adoptionOf);
  const leaving = graph.retirements.filter(({ reassignOwnedTo }) => reassignOwnedTo !== undefined);
  const passedOn = leaving.filter(({ adoptCode }) => !adoptCode).map(({ role }) => role);
  return {
    public: namesEveryone(graph),
    database: graph.coverage === 'database',
    ...reportedRoles(graph, roles),
    roles,
    sessionRoles: distinct(graph.roles.flatMap(sessionRolesOf)),
    retired: retiredIn(graph),
    passwords: distinct(
      graph.roles.filter(({ password }) => password !== undefined).map(({ name }) => name),
    ),
    schemas: distinct([
      ...graph.schemas.map(({ name }) => name),
      ...graph.grants.flatMap(({ object }) => schemaOf(object.type, object.schema, object.name)),
      ...graph.ownerships.flatMap(({ object }) =>
        schemaOf(object.type, object.schema, object.name),
      ),
      ...graph.defaultPrivileges.flatMap(({ schema }) => schema ?? []),
    ]),
    ownerships: distinctOwnerships(graph),
    adoptions,
    passedOn: distinct(passedOn),
    reach: isBounded || leaving.length > 0 || adoptions.length > 0,
    types: distinct([...graph.grants, ...graph.ownerships].map(({ object: { type } }) => type)),
    absences: absencesIn(graph),
    objects: distinctObjects(graph),
  };
}

function rolesIn(graph: RoleGraph): string[] {
  return distinct([
    ...graph.roles.map(({ name }) => name),
    ...graph.retirements.map(({ role }) => role),
    ...graph.retirements.flatMap(({ reassignOwnedTo }) => reassignOwnedTo ?? []),
    ...graph.grants.map(({ role }) => role),
    ...graph.defaultPrivileges.flatMap(({ owner, grantee }) => [owner, grantee]),
    ...[...graph.memberships, ...graph.absentMemberships].flatMap((pair) => [
      pair.role,
      pair.member,
    ]),
    ...graph.exclusiveGroups,
    ...graph.schemas.flatMap(({ owner }) => owner ?? []),
    ...graph.ownerships.map(({ owner }) => owner),
  ]).filter((name) => name !== everyone);
}

function retiredIn({ retirements }: RoleGraph): Scope['retired'] {
  const byRole = new Map(retirements.map(({ role, reassignOwnedTo }) => [role, reassignOwnedTo]));
  return [...byRole.keys()].sort().map((role) => ({ role, heir: byRole.get(role) }));
}

function namesEveryone({ grants, defaultPrivileges }: RoleGraph): boolean {
  return (
    grants.some(({ role }) => role === everyone) ||
    defaultPrivileges.some(({ grantee }) => grantee === everyone)
  );
}

function schemaOf(type: string, schema: string | undefined, name: string): string[] {
  if (schema !== undefined) return [schema];
  return grantableTypes[type]?.isSchema === true ? [name] : [];
}

function distinctOwnerships({ ownerships }: RoleGraph): Scope['ownerships'] {
  const byKey = new Map(
    ownerships.map(({ owner, object: { schema } }) => [
      JSON.stringify([owner, schema]),
      { owner, schema },
    ]),
  );
  return [...byKey.keys()].sort().flatMap((key) => byKey.get(key) ?? []);
}

function adoptionOf({ owner, object, adoptCode }: OwnershipSpec): Scope['adoptions'] {
  const { schema, type, name } = object;
  return name !== '*' || schema === undefined || adoptCode ? [] : [{ owner, schema, type }];
}

function absencesIn({ grants }: RoleGraph): Scope['absences'] {
  const found = grants.flatMap(({ ensure, role, object: { type, schema, name } }) =>
    ensure === 'absent' && schema !== undefined && grantableTypes[type]?.hasColumns === true
      ? [{ role, schema, name }]
      : [],
  );
  const byKey = new Map(
    found.map((one) => [JSON.stringify([one.schema, one.name, one.role]), one]),
  );
  return [...byKey.keys()].sort().flatMap((key) => byKey.get(key) ?? []);
}

function distinctObjects(graph: RoleGraph): Scope['objects'] {
  const named = [...graph.grants, ...graph.ownerships]
    .map(({ object }) => object)
    .filter(({ name }) => name !== '*');
  const byKey = new Map(
    named.map(({ type, schema, name }) => [
      JSON.stringify([type, schema, name]),
      { type, schema, name, ...grantableTypes[type]?.lookup?.(name) },
    ]),
  );
  return [...byKey.keys()].sort().flatMap((key) => byKey.get(key) ?? []);
}
