import { zoneRefusal } from '../core/bounds/zone-bounds.ts';
import { defaultZone, zoneOf } from '../core/manifest/zone.ts';
import { Refusal } from '../core/refusal.ts';
import type { CheckRequest, Elsewhere } from './check-contract.ts';
import type { ActivityDeps } from './deps.ts';
import type { ReadyPolicy } from './ready-policy.ts';

/**
 * The zone that must check the policy, or undefined if this worker may. Throws the Refusal of the bounds, so that a
 * tenant sends no work to a zone that is not allowed, and `ZoneUnavailable` when no worker of the zone does its work.
 */
export async function elsewhere(
  { zones, bounds }: Pick<ActivityDeps, 'zones' | 'bounds'>,
  { ref, spec }: ReadyPolicy,
  { missed }: CheckRequest,
): Promise<Elsewhere | undefined> {
  const zone = zoneOf(spec);
  if (zones.includes(zone)) return undefined;
  const { rules } = await bounds.boundsOf(ref.namespace);
  const refusal = zoneRefusal(rules, { spec });
  if (refusal !== undefined) throw refusal;
  if (zone === defaultZone) return { kind: 'elsewhere' };
  if (!(await zones.isServed(zone))) throw unserved(zone);
  if (missed === zone) throw late(zone);
  return { kind: 'elsewhere', zone };
}

/** For activities after the check. Throws `PlanChanged` if the policy moved to another zone in between. */
export function throwIfElsewhere(
  { zones }: Pick<ActivityDeps, 'zones'>,
  { spec }: ReadyPolicy,
): void {
  const zone = zoneOf(spec);
  if (zones.includes(zone)) return;
  throw new Refusal(
    'PlanChanged',
    `the policy now uses zone ${zone}, which this worker does not belong to`,
    'Wait: pgwarden checks again within seconds.',
  );
}

function unserved(zone: string): Refusal {
  return new Refusal(
    'ZoneUnavailable',
    `no worker of zone ${zone} is running`,
    `Start a worker with PGWARDEN_ZONE=${zone}, or correct connection.zone of the policy.`,
  );
}

function late(zone: string): Refusal {
  return new Refusal(
    'ZoneUnavailable',
    `the workers of zone ${zone} did not take the check in time`,
    `Look up whether the workers with PGWARDEN_ZONE=${zone} run, and whether they are overloaded.`,
  );
}
