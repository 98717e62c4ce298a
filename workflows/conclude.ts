import { patched, setCurrentDetails, upsertSearchAttributes } from '@temporalio/workflow';
import type { Looked, Observation } from '../activities/contract.ts';
import type { Refused } from '../activities/outcome.ts';
import type { RefusalRecord } from '../core/refusal.ts';
import { asData, fairly, priorities, remote } from './activities.ts';
import { releaseClaim } from './claim.ts';
import { betweenReports } from './delay.ts';
import { policyDetails } from './details.ts';
import { searchAttributes, type Phase, type ReconcileOutcome } from './messages.ts';
import { viewOf, type PolicyRun, type PolicyState } from './policy-state.ts';
import type { Pass } from './pass.ts';

/** Updates the state with the result of a pass and reports it if it is new. */
export async function conclude(run: PolicyRun, pass: Pass): Promise<void> {
  run.state = after(run.state, pass);
  run.outcome = outcomeOf(run.state, pass);
  if (pass.kind === 'gone') await releaseClaim(run);
  else await report(run, pass);
  setCurrentDetails(policyDetails(run.ref, viewOf(run)));
}

function after(state: PolicyState, pass: Pass): PolicyState {
  if (pass.kind === 'refused') return failed(state, pass);
  if (pass.kind === 'stale') return failed(state, staleAsRefused(pass.why));
  return { ...state, failures: 0, error: undefined, ...succeeded(state, pass) };
}

type Success = Exclude<Pass, { kind: 'refused' | 'stale' }>;

function succeeded({ plan, findings }: PolicyState, pass: Success): Partial<PolicyState> {
  switch (pass.kind) {
    case 'gone':
      return patched('gone-forgets') ? { ...forgotten, phase: 'Pending' } : { phase: 'Pending' };
    case 'inSync':
      return { phase: phaseWith(findings) };
    case 'applied': {
      const changed = pass.summary.total > 0;
      const lastChange = changed ? { lastChange: new Date().toISOString() } : {};
      const { findings: left } = pass;
      return { phase: phaseWith(left), plan: undefined, findings: left, ...lastChange };
    }
    case 'planned':
      return { phase: pass.summary.total > 0 ? 'Drifted' : phaseWith(findings), plan };
    case 'suspended':
      return { phase: 'Suspended', intervalSeconds: pass.intervalSeconds, plan: undefined };
  }
}

/** A policy that is created with the name of a deleted one while its workflow ends is another policy. */
const forgotten: Partial<PolicyState> = {
  ...{ mark: undefined, plan: undefined, findings: undefined },
  ...{ reported: undefined, recorded: undefined, claimsNothing: undefined },
};

/** Undeclared access that pgwarden cannot revoke is drift, even if there is nothing to do. */
function phaseWith(findings: PolicyState['findings']): Phase {
  return findings === undefined || findings.unrevocable === 0 ? 'Ready' : 'Drifted';
}

function staleAsRefused(why: string): Refused {
  const refusal = {
    code: 'PlanChanged',
    message: why,
    hint: 'Wait: pgwarden checks again within seconds.',
  } as const;
  return { kind: 'refused', refusal, failureClass: 'contention' };
}

function failed(state: PolicyState, error: Refused): PolicyState {
  const sameClass = state.error?.failureClass === error.failureClass;
  return {
    ...state,
    error,
    failures: sameClass ? state.failures + 1 : 1,
    phase: phaseOf(state, error),
    intervalSeconds: error.intervalSeconds ?? state.intervalSeconds,
  };
}

/** Failed attempts in a row before contention is reported. Waiting a few seconds for another writer is normal. */
const patience = 5;

/**
 * Each attempt already waited for the lock, so the second failure is reported. Runs started by earlier versions report
 * it later, so that they replay.
 */
function patienceWith({ code }: RefusalRecord): number {
  return code === 'LockContention' && patched('lock-contention-is-reported') ? 1 : patience;
}

function phaseOf({ phase, failures }: PolicyState, { failureClass, refusal }: Refused): Phase {
  if (failureClass === 'contention' && failures < patienceWith(refusal)) return phase;
  return refusal.code === 'ConflictingPolicy' ? 'Conflict' : 'Failing';
}

function outcomeOf({ phase, error }: PolicyState, pass: Pass): ReconcileOutcome {
  const changes = 'summary' in pass ? pass.summary.total : 0;
  const line = 'line' in pass ? pass.line : 'no changes';
  return {
    phase: pass.kind === 'gone' ? 'Gone' : phase,
    changes,
    line,
    ...(pass.kind === 'planned' && changes > 0 ? { pending: true } : {}),
    ...(error === undefined ? {} : { error: error.refusal }),
  };
}

/**
 * Reports that the repair has been waiting for longer than the policy's interval, so the policy is drifted and not
 * Ready.
 */
export async function reportQueued(
  run: PolicyRun,
  queued: { readonly line: string; readonly since: string },
): Promise<void> {
  run.state = { ...run.state, phase: 'Drifted' };
  setCurrentDetails(policyDetails(run.ref, viewOf(run)));
  const observation = { kind: 'queued', ...queued } as const;
  await send(run, observation, newsOf(run.state, observation));
}

async function report(run: PolicyRun, pass: Exclude<Pass, { kind: 'gone' }>): Promise<void> {
  const observation = observationOf(run.state, pass);
  if (observation === undefined) return;
  const news = newsOf(run.state, pass.kind === 'applied' ? inSyncNow(run.state) : observation);
  const changed = pass.kind === 'applied' && pass.summary.total > 0;
  if (news === run.state.reported && !changed && !isReportDue(run.state)) return;
  await send(run, observation, news);
}

async function send(run: PolicyRun, observation: Observation, news: string): Promise<void> {
  const { version } = run.state;
  const request = { ref: run.ref, observation, ...(version === undefined ? {} : { version }) };
  const summary = `report: ${headline(observation)}`;
  const priority = fairly(priorities.finish);
  const reported = await asData(remote.report.executeWithOptions({ summary, priority }, [request]));
  if ('kind' in reported) return;
  run.state = { ...run.state, reported: news, ...reportedNow(run.state) };
  if (reported.searchAttributes) updateVisibility(run);
}

/**
 * The time of the last check is reported only now and then, because most checks find nothing and should write nothing.
 */
function isReportDue(state: PolicyState): boolean {
  const { reportedAt } = state;
  if (reportedAt === undefined) return false;
  return Date.now() - Date.parse(reportedAt) >= betweenReports(state);
}

/**
 * Runs started before versions were recorded go on without `reportedAt`, because a replay would otherwise expect
 * reports that were not made.
 */
function reportedNow({ version }: PolicyState): Pick<PolicyState, 'reportedAt'> {
  return version === undefined ? {} : { reportedAt: new Date().toISOString() };
}

/** The same result for another version of the policy is reported again, because a client may be waiting for it. */
function newsOf({ version }: PolicyState, observation: Observation): string {
  const text = JSON.stringify(observation);
  return version === undefined ? text : `${version} ${text}`;
}

function inSyncNow(state: PolicyState): Observation {
  return { kind: 'inSync', ...findingsOf(state) };
}

function observationOf(
  state: PolicyState,
  pass: Exclude<Pass, { kind: 'gone' }>,
): Observation | undefined {
  switch (pass.kind) {
    case 'inSync':
      return inSyncNow(state);
    case 'applied':
    case 'planned':
      return { kind: pass.kind, summary: pass.summary, line: pass.line, ...findingsOf(state) };
    case 'suspended':
      return { kind: 'suspended' };
    case 'stale':
    case 'refused': {
      const { error, failures } = state;
      return error === undefined ? undefined : refusedObservation(error, failures);
    }
  }
}

function findingsOf({ findings }: PolicyState): Pick<Looked, 'findings'> {
  return findings === undefined ? {} : { findings };
}

function refusedObservation(
  { refusal, failureClass }: Refused,
  failures: number,
): Observation | undefined {
  if (failureClass === 'contention' && failures <= patienceWith(refusal)) return undefined;
  return { kind: 'refused', refusal, failures: failureClass === 'transient' ? failures : 0 };
}

function headline(observation: Observation): string {
  switch (observation.kind) {
    case 'applied':
    case 'planned':
      return `${observation.kind} ${observation.line}`;
    case 'refused':
      return observation.refusal.code;
    case 'inSync':
      return 'in sync';
    case 'suspended':
    case 'queued':
      return observation.kind;
  }
}

/** Upserts search attributes only when they change, because each upsert is an event in the history. */
function updateVisibility(run: PolicyRun): void {
  const { phase, database, lastChange } = run.state;
  const attributes = JSON.stringify([phase, database, lastChange]);
  if (attributes === run.state.attributes) return;
  run.state = { ...run.state, attributes };
  upsertSearchAttributes([
    { key: searchAttributes.phase, value: phase },
    { key: searchAttributes.namespace, value: run.ref.namespace },
    { key: searchAttributes.drifted, value: phase === 'Drifted' },
    { key: searchAttributes.database, value: database ?? null },
    {
      key: searchAttributes.lastChange,
      value: lastChange === undefined ? null : new Date(lastChange),
    },
  ]);
}
