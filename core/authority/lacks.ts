import type { Need } from '../need.ts';
import type { ObjectKind } from '../kind.ts';
import type { Edit, Fact } from '../fact.ts';
import type { Live } from '../live.ts';
import { declaredSchemaOwner } from '../graph-index.ts';
import { isLetIn, ownerOfClosed } from './closed-schemas.ts';
import {
  type Connected,
  type Created,
  mayAddMembers,
  mayGrant,
  meansToActAs,
  meansToBecome,
} from './means.ts';

/** What the connected role lacks to make a change of a kind. Empty when nothing, or when the kind does not say. */
export function lacksOf(
  kind: ObjectKind,
  change: Edit<Fact>,
  live: Live,
  created: Created,
): Need[] {
  if (live.server.superuser) return [];
  const needs = [...(kind.takes?.(change, live) ?? []), ...shutOutOf(kind, change, live, created)];
  return needs.filter((need) => !isMet(need, live, created));
}

function isMet(need: Need, connected: Connected, created: Created): boolean {
  const { role, right, besides, lasting } = need;
  switch (right) {
    case 'privileges': {
      const means = meansToActAs(role, connected, created);
      return means !== undefined && !(besides === true && means === 'taken on');
    }
    case 'become':
      return meansToBecome(role, connected, created) !== undefined;
    case 'admin':
      return lasting === true
        ? mayAddMembers(role, connected, created)
        : mayGrant(role, connected, created);
  }
}

/**
 * The owner of a schema in which the connected role cannot name the object of a change, for want of USAGE, where neither
 * the plan lets it in nor the change is made as another role.
 */
function shutOutOf(kind: ObjectKind, change: Edit<Fact>, live: Live, created: Created): Need[] {
  const { fact } = change;
  const schema = kind.group === undefined ? undefined : fact.id['schema'];
  const closedTo = schema === undefined ? undefined : ownerOfClosed(live.rights, schema);
  if (schema === undefined || closedTo === undefined) return [];
  const isElse = (kind.takes?.(change, live) ?? []).some(
    ({ role, right }) => right === 'become' || meansToActAs(role, live, created) === 'taken on',
  );
  if (isElse || isLetIn(schema, live) || isOpened(schema, closedTo, live)) return [];
  return [{ role: closedTo, right: 'privileges', besides: true }];
}

/** Whether the plan gives a schema another owner, who may use it. */
function isOpened(schema: string, closedTo: string, { graph }: Live): boolean {
  return (declaredSchemaOwner(graph, schema) ?? closedTo) !== closedTo;
}
