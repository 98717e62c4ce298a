import { hasPrivilegesOf, type Standing, type Standings } from './means.ts';
import type { Live, RoleRights } from '../live.ts';
import { oncePer } from '../once-per.ts';
import { everyone } from '../public.ts';
import type { Authority, Means } from '../authorized.ts';
import type { Edit, Fact } from '../fact.ts';
import { declaredSchemaOwner } from '../graph-index.ts';
import type { ObjectKind } from '../kind.ts';
import type { Need } from '../need.ts';

/** By which rights a change of a kind is made, or what is lacking. */
export function authorityOf(
  kind: ObjectKind,
  change: Edit<Fact>,
  live: Live,
  standings: Standings,
): Authority {
  const needs = (kind.takes?.(change, live) ?? []).map((need) => ({
    ...need,
    means: meansFor(need, standings(need.role)),
  }));
  const schema = kind.group === undefined ? undefined : change.fact.id['schema'];
  const closedTo = schema === undefined ? undefined : ownerOfClosed(live.rights, schema);
  const needsUsage = closedTo !== undefined && !needs.some((need) => isMadeAs(need, standings));
  const unmet = [...needs, ...(needsUsage ? usageNeeded(schema, closedTo, live) : [])].filter(
    (need) => !isMet(need, standings(need.role)),
  );
  return { needs, unmet, lacks: kind.lacks?.(change, live) ?? [], closedTo };
}

/** Whether a change is made as another role. Then that role needs USAGE on the schema, not the connected role. */
function isMadeAs({ role, right }: Need, standings: Standings): boolean {
  return right === 'become' || standings(role).acts === 'taken on';
}

/** The rights of the owner of a closed schema, unless the plan gives the connected role USAGE. */
function usageNeeded(schema = '', closedTo: string, live: Live): Need[] {
  if (grantsUsage(schema, live) || isOpened(schema, closedTo, live)) return [];
  return [{ role: closedTo, right: 'privileges', besides: true }];
}

function meansFor({ right }: Need, { acts, becomes, grants }: Standing): Means | undefined {
  switch (right) {
    case 'privileges':
      return acts;
    case 'become':
      return becomes;
    case 'admin':
      return grants ? 'held' : undefined;
  }
}

function isMet({ right, besides, lasting }: Need, standing: Standing): boolean {
  const { acts, becomes, grants, addsMembers } = standing;
  switch (right) {
    case 'privileges':
      return acts !== undefined && !(besides === true && acts === 'taken on');
    case 'become':
      return becomes !== undefined;
    case 'admin':
      return lasting === true ? addsMembers : grants;
  }
}

/** Whether the plan changes the owner of a schema. The new owner can use it. */
function isOpened(schema: string, closedTo: string, { graph }: Live): boolean {
  return (declaredSchemaOwner(graph, schema) ?? closedTo) !== closedTo;
}

const ownersByName = oncePer(
  (closed: RoleRights['closedSchemas']) =>
    new Map(closed.map(({ schema, owner }) => [schema, owner])),
);

/** The owner of a schema on which the connected role lacks USAGE. Undefined for every other schema. */
function ownerOfClosed({ closedSchemas }: RoleRights, schema: string): string | undefined {
  return ownersByName(closedSchemas).get(schema);
}

/** Whether the policy grants USAGE on a schema to the connected role, or to a role whose privileges it has. */
function grantsUsage(schema: string, live: Live): boolean {
  return openedSchemas(live).has(schema);
}

const openedSchemas = oncePer(({ graph, rights, server }: Live) => {
  const isHeld = (role: string): boolean =>
    role === everyone || hasPrivilegesOf(role, { server, rights });
  const opening = graph.grants.filter(
    ({ ensure, role, privileges, object }) =>
      ensure === 'present' &&
      object.type === 'schema' &&
      privileges.includes('USAGE') &&
      isHeld(role),
  );
  return new Set(opening.map(({ object }) => object.name));
});
