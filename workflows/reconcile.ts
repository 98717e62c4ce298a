import { patched } from '@temporalio/workflow';
import type { FindingReport } from '../core/finding.ts';
import type { RefusalRecord } from '../core/refusal.ts';
import type { DiffOutcome, DiffRequest, Planned } from '../activities/contract.ts';
import type { Mark } from '../activities/check-contract.ts';
import type { Refused, Stale } from '../activities/outcome.ts';
import { asData, fairly, priorities, remote } from './activities.ts';
import { checkInZone, zoneOptions, type Looked } from './zone.ts';
import { holdClaim, mirrorClaim, probeClaim, releaseClaim } from './claim.ts';
import { quieter } from './delay.ts';
import { leave, letGo } from './leave.ts';
import type { Differs, Pass } from './pass.ts';
import type { PolicyRun } from './policy-state.ts';
import { applyThroughQueue } from './ticket.ts';

interface ReconcileTrigger {
  /** Reconcile in full, even if nothing has changed. */
  readonly force: boolean;
  /** A signal said that something may have changed. */
  readonly woken: boolean;
}

function diff({ isForced, state }: PolicyRun, request: DiffRequest): Promise<DiffOutcome> {
  const priority = fairly(isForced ? priorities.proceed : priorities.compare);
  const options = { summary: 'diff', priority, ...zoneOptions(state.zone) };
  return asData(remote.diff.executeWithOptions(options, [request]), state.zone);
}

/** One pass: check, and if there is something to do, claim, diff and apply. */
export async function reconcileOnce(run: PolicyRun, trigger: ReconcileTrigger): Promise<Pass> {
  run.isForced = trigger.force;
  const looked = await look(run, trigger);
  const quietChecks = isQuiet(looked, trigger) ? quieter(run.state).quietChecks : undefined;
  const lastCheck = new Date().toISOString();
  run.state = { ...run.state, lastCheck, quietChecks, ...seenIn(looked) };
  switch (looked.kind) {
    case 'unchanged':
      return asBefore(run);
    case 'differs': {
      const pass = await act(run, looked);
      return looked.leaving === true ? leave(run, pass) : pass;
    }
    case 'left':
      return letGo(run, looked.outcome);
    case 'gone':
    case 'suspended':
    case 'refused':
      return looked;
  }
}

function isQuiet({ kind }: Looked, { force, woken }: ReconcileTrigger): boolean {
  return kind === 'unchanged' && !force && !woken;
}

/** Checks, and first of all makes the status record what the policy claims. */
async function look(run: PolicyRun, trigger: ReconcileTrigger): Promise<Looked> {
  const order = trigger.force ? priorities.proceed : priorities.begin;
  const looked = await checkInZone(run, checkRequest(run, trigger), order);
  if (!('misrecorded' in looked)) return looked;
  const mirrored = await mirrorClaim(run, looked);
  if (mirrored.kind === 'refused') return mirrored;
  const isClaimLost = looked.kind === 'unchanged' && run.state.mark === undefined;
  return isClaimLost ? checkInZone(run, checkRequest(run, trigger)) : looked;
}

/** Up to version 0.2, policies in mode plan claimed roles: such a claim is released here. */
async function asBefore(run: PolicyRun): Promise<Pass> {
  const { plan, claim } = run.state;
  if (plan === undefined) return { kind: 'inSync' };
  if (claim !== undefined && patched('plans-claim-nothing')) await releaseClaim(run);
  return { kind: 'planned', ...plan };
}

export function checkRequest({ ref, state }: PolicyRun, { force, woken }: ReconcileTrigger) {
  const { mark, error, recorded, claim, shared } = state;
  const fresh = woken || force || error !== undefined;
  return {
    ref,
    ...(recorded === undefined ? {} : { recorded }),
    ...(claim?.held === true ? ({ holds: true } as const) : {}),
    ...(mark === undefined || force ? {} : { last: mark }),
    ...(fresh ? { fresh } : {}),
    ...(shared === undefined ? {} : { shared }),
  };
}

/**
 * The version of the policy that was checked, and the shared check that it can join. If the status lacks the last
 * report, nothing counts as reported.
 */
function seenIn(looked: Looked): Partial<PolicyRun['state']> {
  const version = 'version' in looked ? looked.version : undefined;
  const isUntold = 'untold' in looked && (looked.kind === 'unchanged' || patched('untold-looks'));
  return {
    ...(version === undefined ? {} : { version }),
    ...(isUntold ? { reported: undefined } : {}),
    shared: 'shared' in looked ? looked.shared : undefined,
  };
}

async function act(run: PolicyRun, looked: Differs): Promise<Pass> {
  const { mark, database, intervalSeconds, maxIntervalSeconds } = looked;
  const identity = `${mark.server}/${database}`;
  const intervals = { intervalSeconds, maxIntervalSeconds };
  run.state = { ...run.state, ...intervals, database: identity };
  if (patched('rights-before-claims')) return planFirst(run, looked);
  const claim = await holdClaim(run, looked);
  if (claim.kind !== 'held') return claim;
  const request = { ref: run.ref, mark, database };
  const planned = await diff(run, request);
  if (planned.kind !== 'planned') return planned;
  run.state = { ...run.state, findings: planned.findings };
  if (looked.mode === 'plan') return publish(run, planned);
  if (planned.summary.total > 0) return applyThroughQueue(run, looked, planned);
  run.state = { ...run.state, mark: planned.mark, plan: undefined };
  return { kind: 'inSync' };
}

/** Plans before it claims, because a policy that cannot be planned, or is in mode plan, must not claim anything. */
async function planFirst(run: PolicyRun, looked: Differs): Promise<Pass> {
  const { mark, database, claim, misrecorded } = looked;
  const request = { ref: run.ref, mark, database };
  const planned = await diff(run, request);
  if (planned.kind !== 'planned') return planned;
  run.state = { ...run.state, findings: planned.findings };
  if (looked.mode === 'plan') {
    const conflict = await probeClaim(run, looked);
    if (conflict !== undefined) run.state = { ...run.state, findings: warned(planned, conflict) };
    return publish(run, planned);
  }
  const { unproven } = planned;
  const standing = { ...(unproven && { unproven }), ...(misrecorded && { misrecorded }) };
  const held = await holdClaim(run, { mark, database, claim, ...standing });
  if (held.kind !== 'held') return held;
  if (planned.summary.total > 0) return applyThroughQueue(run, looked, planned);
  const changed = held.isNew === true ? await changedSince(run, planned.mark) : undefined;
  if (changed !== undefined) return changed;
  run.state = { ...run.state, mark: planned.mark, plan: undefined };
  return { kind: 'inSync' };
}

/**
 * The former holder of the claim may have revoked what this policy declares between the plan and the claim. Undefined if
 * the database is as it was planned.
 */
async function changedSince(run: PolicyRun, mark: Mark): Promise<Stale | Refused | undefined> {
  if (!patched('looks-after-claiming')) return undefined;
  const request = checkRequest(run, { force: false, woken: true });
  const looked = await checkInZone(run, { ...request, last: mark });
  if (looked.kind === 'refused') return looked;
  if (looked.kind === 'unchanged') return undefined;
  return { kind: 'stale', why: 'the database or the policy changed before the claim was granted' };
}

const mostReported = 20;

function warned({ findings }: Planned, { message }: RefusalRecord): FindingReport {
  const { total, unrevocable, first } = findings ?? { total: 0, unrevocable: 0, first: [] };
  const text = `${message}, so this policy could not be applied`;
  const finding = { code: 'ConflictingPolicy', role: '', message: text } as const;
  return { total: total + 1, unrevocable, first: [...first.slice(0, mostReported - 1), finding] };
}

function publish(run: PolicyRun, planned: Extract<DiffOutcome, { kind: 'planned' }>): Planned {
  const { summary, line, hash } = planned;
  run.state = { ...run.state, mark: planned.mark, plan: { summary, line, hash } };
  return { kind: 'planned', summary, line, hash };
}
