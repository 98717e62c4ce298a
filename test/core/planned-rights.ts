import { decodeRows } from '../../core/inspect/live-rows.ts';
import type { Live, RoleRights } from '../../core/live.ts';
import { checkPlan } from '../../core/plan/checks.ts';
import { type Plan, planChanges } from '../../core/plan/plan.ts';
import { kindOf } from '../../core/registry.ts';
import type { MembershipWay } from '../../core/way.ts';
import { managerLive } from './grant-rows.ts';
import { roleRow } from './role-row.ts';

export interface Planned {
  readonly plan: Plan;
  readonly live: Live;
}

export function planned(
  manifest: string,
  rights: Partial<RoleRights>,
  rows: readonly object[] = [],
): Planned {
  const live = managerLive(manifest, rights);
  const people = ['lead', 'dba', 'grp', 'reader', 'zoe'].map(roleRow);
  return { plan: planChanges(decodeRows([...people, ...rows]), live), live };
}

export function memberWay(
  role: string,
  member: string,
  given: Partial<MembershipWay> = {},
): MembershipWay {
  const options = { admin: false, inherit: true, set: true };
  return { via: 'member', role, member, grantor: 'dba', ...options, ...given };
}

export function changesOf({ plan }: Planned): string[] {
  return plan.changes.map(({ op, fact }) => `${op} ${fact.kind}`);
}

export function checked({ plan, live }: Planned): () => void {
  return () => {
    checkPlan(plan, live);
  };
}

export function reversed({ plan, live }: Planned): Planned {
  return { plan: { ...plan, changes: [...plan.changes].reverse() }, live };
}

/** The plan with its changes, and so the drops, in the order of these explanations. */
export function inOrder({ plan, live }: Planned, order: readonly string[]): Planned {
  const placeOf = (change: Plan['changes'][number]): number =>
    order.indexOf(kindOf(change.fact.kind).explain(change));
  const changes = [...plan.changes].sort((left, right) => placeOf(left) - placeOf(right));
  return { plan: { ...plan, changes, dropsAtEnd: false }, live };
}
