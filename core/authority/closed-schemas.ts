import { hasPrivilegesOf } from './means.ts';
import type { Live, RoleRights } from '../live.ts';
import { oncePer } from '../once-per.ts';
import { everyone } from '../public.ts';

const ownersByName = oncePer(
  (closed: RoleRights['closedSchemas']) =>
    new Map(closed.map(({ schema, owner }) => [schema, owner])),
);

/** The owner of a schema on which the connected role lacks USAGE. Undefined for other schemas. */
export function ownerOfClosed({ closedSchemas }: RoleRights, schema: string): string | undefined {
  return ownersByName(closedSchemas).get(schema);
}

/** Whether the policy grants USAGE on a schema to the connected role, or to a role whose privileges it has. */
export function isLetIn(schema: string, live: Live): boolean {
  return openedSchemas(live).has(schema);
}

const openedSchemas = oncePer(({ graph, rights, server }: Live) => {
  const isHeld = (role: string): boolean =>
    role === everyone || hasPrivilegesOf(role, { server, rights });
  const opening = graph.grants.filter(
    ({ role, privileges }) => isHeld(role) && privileges.includes('USAGE'),
  );
  return new Set(opening.map(({ object }) => object.name));
});
