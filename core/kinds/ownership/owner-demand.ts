import { z } from 'zod';
import { declaredSchemaOwner, roleNamed } from '../../graph-index.ts';
import type { RoleGraph } from '../../graph.ts';
import type { Ref } from '../../fact.ts';
import type { Live } from '../../live.ts';
import { oncePer } from '../../once-per.ts';
import { everyone } from '../../public.ts';
import { Refusal } from '../../refusal.ts';
import { quoteIdentifier } from '../../sql.ts';
import { grantKey } from '../grant/fact.ts';

/**
 * A right that a change of owner requires of the new owner (the heir) or of the role that gives the object away.
 * PostgreSQL requires none of a superuser who gives it away, but only a superuser can own some objects.
 */
export const demand = z.object({
  of: z.enum(['heir', 'us']),
  right: z.enum(['CREATE', 'USAGE', 'SUPERUSER']),
  /** The object on which the right is required; its type as the manifest spells it. Null for SUPERUSER. */
  on: z.object({ type: z.string(), name: z.string(), owner: z.string() }).nullable(),
  /** Whether the role has the right now. */
  held: z.boolean(),
  /** Whether an earlier part of the same statement gives the right. */
  comesAlong: z.boolean(),
  /** Whether the right is required even if a superuser gives the object away. */
  always: z.boolean(),
});

export type Demand = z.infer<typeof demand>;

/** The new owner of an object, and the former one. */
export interface Passing {
  readonly heir: string;
  readonly former: string;
  readonly live: Live;
  /** Whether the plan can still grant the right, because the object is in the policy's own database. */
  readonly isOwn: boolean;
}

/** Whether PostgreSQL will find the right when the plan changes the owner. */
export function isMet(demand: Demand, { heir, former, live, isOwn }: Passing): boolean {
  const { graph, server } = live;
  if (server.superuser && !demand.always) return true;
  if (demand.of === 'us') return demand.held;
  if (demand.right === 'SUPERUSER') return isSuperuser(heir, graph) ?? demand.held;
  if (demand.held) return true;
  if (!isOwn) return demand.comesAlong;
  const isMoved = ![undefined, former].includes(declaredOwner(demand, graph));
  return (demand.comesAlong && !isMoved) || willHave(demand, heir, graph);
}

/** The attribute that the policy declares. Undefined for a role that the policy does not manage. */
function isSuperuser(role: string, graph: RoleGraph): boolean | undefined {
  const spec = roleNamed(graph, role);
  return spec === undefined || spec.external ? undefined : spec.superuser;
}

function declaredOwner({ on }: Demand, graph: RoleGraph): string | undefined {
  if (on === null) return undefined;
  if (on.type === 'schema') return declaredSchemaOwner(graph, on.name);
  const isMeant = ({ object }: RoleGraph['ownerships'][number]): boolean =>
    object.type === on.type && object.name === on.name;
  return graph.ownerships.find(isMeant)?.owner;
}

function willHave(demand: Demand, heir: string, graph: RoleGraph): boolean {
  const { on, right } = demand;
  if (on === null) return false;
  if (declaredOwner(demand, graph) === heir) return true;
  const granted = grantedIn(graph.grants);
  return [heir, everyone].some((role) => granted.has(grantedKey(on, role, right)));
}

const grantedKey = (
  { type, name }: { readonly type: string; readonly name: string },
  role: string,
  privilege: string,
): string => JSON.stringify([type, name, role, privilege]);

const grantedIn = oncePer((grants: RoleGraph['grants']) => {
  const present = grants.filter(({ ensure }) => ensure === 'present');
  const keys = present.flatMap(({ object, role, privileges }) =>
    privileges.map((privilege) => grantedKey(object, role, privilege)),
  );
  return new Set(keys);
});

/** e.g. `role "heir" lacks CREATE on schema "app" to own it` */
export function lackSentence(
  { of, right, on }: Demand,
  { heir, live }: Pick<Passing, 'heir' | 'live'>,
): string {
  const role = quoteIdentifier(of === 'heir' ? heir : live.server.user);
  const what = on === null ? '' : ` on ${on.type.replaceAll('_', ' ')} ${quoteIdentifier(on.name)}`;
  return `role ${role} lacks ${right}${what} ${of === 'heir' ? 'to own it' : 'to give it away'}`;
}

/** Refuses a change of owner that lacks a right. `said` describes the change, as a sentence. */
export function demandLacked(
  demands: readonly Demand[],
  passing: Passing,
  said: string,
): Refusal | undefined {
  const lacked = demands.find((each) => !isMet(each, passing));
  if (lacked === undefined) return undefined;
  return new Refusal(
    'InsufficientPrivileges',
    `${said}, but ${lackSentence(lacked, passing)}`,
    'Grant the missing right, declare it in the policy, or choose another owner.',
  );
}

/**
 * The grants with which the heir gets or keeps the right. The plan grants them before the change of owner and revokes
 * after it.
 */
export function grantsBehind(demand: Demand, heir: string, { graph }: Pick<Live, 'graph'>): Ref[] {
  const { of, on, right: privilege } = demand;
  if (of === 'us' || on === null) return [];
  const grantor = declaredOwner(demand, graph) ?? on.owner;
  return [heir, everyone].map((grantee) => ({
    kind: `${on.type}_grant`,
    key: grantKey({ schema: undefined, object: on.name, grantee, grantor, privilege }),
  }));
}
