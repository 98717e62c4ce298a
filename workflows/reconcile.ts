import { patched } from '@temporalio/workflow';
import type { FindingReport } from '../core/finding.ts';
import type { RefusalRecord } from '../core/refusal.ts';
import type { CheckOutcome, DiffOutcome, Planned } from '../activities/contract.ts';
import { asData, check, remote } from './activities.ts';
import { holdClaim, mirrorClaim, probeClaim, releaseClaim } from './claim.ts';
import { leave, letGo } from './leave.ts';
import type { Differs, Pass } from './pass.ts';
import type { PolicyRun } from './policy-state.ts';
import { applyThroughQueue } from './ticket.ts';

interface Wish {
  /** Do it all, also when nothing changed. */
  readonly force: boolean;
  /** Somebody said that something changed. */
  readonly woken: boolean;
}

/** One pass: look, and when there is something to do, claim, diff and apply. */
export async function reconcileOnce(run: PolicyRun, wish: Wish): Promise<Pass> {
  const looked = await look(run, wish);
  run.state = { ...run.state, lastCheck: new Date().toISOString(), ...seenIn(looked) };
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

/** Looks, and has the status record what the policy claims, before anything else comes of it. */
async function look(run: PolicyRun, wish: Wish): Promise<CheckOutcome> {
  const looked = await check(checkRequest(run, wish));
  if (!('misrecorded' in looked)) return looked;
  const mirrored = await mirrorClaim(run, looked);
  if (mirrored.kind === 'refused') return mirrored;
  const isClaimLost = looked.kind === 'unchanged' && run.state.mark === undefined;
  return isClaimLost ? check(checkRequest(run, wish)) : looked;
}

/** Policies in mode plan claimed roles up to 0.2. */
async function asBefore(run: PolicyRun): Promise<Pass> {
  const { plan, claim } = run.state;
  if (plan === undefined) return { kind: 'inSync' };
  if (claim !== undefined && patched('plans-claim-nothing')) await releaseClaim(run);
  return { kind: 'planned', ...plan };
}

function checkRequest({ ref, state }: PolicyRun, { force, woken }: Wish) {
  const { mark, error, recorded, claim } = state;
  const fresh = woken || force || error !== undefined;
  return {
    ref,
    ...(recorded === undefined ? {} : { recorded }),
    ...(claim?.held === true ? ({ holds: true } as const) : {}),
    ...(mark === undefined || force ? {} : { last: mark }),
    ...(fresh ? { fresh } : {}),
  };
}

/** Which version of the policy was looked at, and that nothing is reported of it where its status says nothing. */
function seenIn(looked: CheckOutcome): Partial<PolicyRun['state']> {
  const version = 'version' in looked ? looked.version : undefined;
  const isUntold = 'untold' in looked && (looked.kind === 'unchanged' || patched('untold-looks'));
  return {
    ...(version === undefined ? {} : { version }),
    ...(isUntold ? { reported: undefined } : {}),
  };
}

async function act(run: PolicyRun, looked: Differs): Promise<Pass> {
  const { mark, database, intervalSeconds } = looked;
  const identity = `${mark.server}/${database}`;
  run.state = { ...run.state, intervalSeconds, database: identity };
  if (patched('rights-before-claims')) return planFirst(run, looked);
  const claim = await holdClaim(run, looked);
  if (claim.kind !== 'held') return claim;
  const request = { ref: run.ref, mark, database };
  const planned = await asData(remote.diff.executeWithOptions({ summary: 'diff' }, [request]));
  if (planned.kind !== 'planned') return planned;
  run.state = { ...run.state, findings: planned.findings };
  if (looked.mode === 'plan') return publish(run, planned);
  if (planned.summary.total > 0) return applyThroughQueue(run, looked, planned);
  run.state = { ...run.state, mark: planned.mark, plan: undefined };
  return { kind: 'inSync' };
}

/** A claim counts only when it could be carried out: a policy that cannot be planned, or only plans, claims nothing. */
async function planFirst(run: PolicyRun, looked: Differs): Promise<Pass> {
  const { mark, database, claim, misrecorded } = looked;
  const request = { ref: run.ref, mark, database };
  const planned = await asData(remote.diff.executeWithOptions({ summary: 'diff' }, [request]));
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
  run.state = { ...run.state, mark: planned.mark, plan: undefined };
  return { kind: 'inSync' };
}

const mostReported = 20;

function warned({ findings }: Planned, { message }: RefusalRecord): FindingReport {
  const { total, unrevocable, first } = findings ?? { total: 0, unrevocable: 0, first: [] };
  const said = `${message}, so that this policy could not be applied`;
  const finding = { code: 'ConflictingPolicy', role: '', message: said } as const;
  return { total: total + 1, unrevocable, first: [...first.slice(0, mostReported - 1), finding] };
}

function publish(run: PolicyRun, planned: Extract<DiffOutcome, { kind: 'planned' }>): Planned {
  const { summary, line, hash } = planned;
  run.state = { ...run.state, mark: planned.mark, plan: { summary, line, hash } };
  return { kind: 'planned', summary, line, hash };
}
