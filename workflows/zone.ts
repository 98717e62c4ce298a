import type { Priority } from '@temporalio/common';
import { workflowInfo } from '@temporalio/workflow';
import type { CheckOutcome, CheckRequest, Elsewhere } from '../activities/check-contract.ts';
import type { Refused } from '../activities/outcome.ts';
import { asData, check, fairly, priorities, remote, zonePatience } from './activities.ts';
import { zoneTaskQueue } from './messages.ts';
import type { PolicyRun } from './policy-state.ts';

/** What a check found, by a worker that may enter the database. */
export type Looked = Exclude<CheckOutcome, Elsewhere>;

/** Options of an activity that enters a database. All workflows run on the queue without a zone. */
export function zoneOptions(zone: string | undefined) {
  if (zone === undefined) return {};
  const taskQueue = zoneTaskQueue(workflowInfo().taskQueue, zone);
  return { taskQueue, scheduleToStartTimeout: zonePatience };
}

/** A policy that no worker takes visits its own zone, the default zone, and the zone it moved to. */
const mostHops = 4;

/**
 * Checks the policy in its zone. A worker that finds the policy in another zone says so, and the policy follows. If no
 * worker of the zone takes the check, a worker without a zone finds out why.
 */
export async function checkInZone(
  run: PolicyRun,
  request: CheckRequest,
  order: Priority = priorities.begin,
): Promise<Looked> {
  let missed: string | undefined;
  for (let hop = 0; hop < mostHops; hop += 1) {
    const { zone } = run.state;
    const asked = missed === undefined ? request : { ...request, missed };
    const looked = await checkIn(zone, asked, order);
    if (looked.kind === 'elsewhere') {
      run.state = { ...run.state, zone: looked.zone };
    } else if (zone !== undefined && isUnavailable(looked)) {
      missed = zone;
      run.state = { ...run.state, zone: undefined };
    } else {
      return looked;
    }
  }
  return keepsMoving;
}

function checkIn(
  zone: string | undefined,
  request: CheckRequest,
  order: Priority,
): Promise<CheckOutcome> {
  if (zone === undefined) return check(request, order);
  const options = { summary: `check in zone ${zone}`, priority: fairly(order) };
  return asData(
    remote.check.executeWithOptions({ ...options, ...zoneOptions(zone) }, [request]),
    zone,
  );
}

function isUnavailable(looked: Looked): boolean {
  return looked.kind === 'refused' && looked.refusal.code === 'ZoneUnavailable';
}

const keepsMoving: Refused = {
  kind: 'refused',
  refusal: {
    code: 'PlanChanged',
    message: 'the zone of the policy changed during the check',
    hint: 'Wait: pgwarden checks again within seconds.',
  },
  failureClass: 'contention',
};
