import type { Mark, Refused } from '../activities/contract.ts';
import type { ResourceRef } from '../core/document/document.ts';
import type { FindingReport } from '../core/finding.ts';
import type { ChangeSummary } from '../core/plan/plan.ts';
import type { ClaimAnswer, Phase, PolicyView, ReconcileOutcome, Settlement } from './messages.ts';

/** What a policy workflow remembers, also across continue-as-new. Plain JSON. */
export interface PolicyState {
  readonly phase: Phase;
  readonly intervalSeconds: number;
  /** Attempts that failed in a row. */
  readonly failures: number;
  readonly error?: Refused | undefined;
  /** Seen by the last look after which nothing was left to do. */
  readonly mark?: Mark | undefined;
  readonly claim?: PolicyClaim | undefined;
  /** In mode plan, when what was claimed before was given up. */
  readonly claimsNothing?: true | undefined;
  /** Identifies the claim that the status records, as it was last written. Undefined when that is none, or not known. */
  readonly recorded?: string | undefined;
  /** `<server>/<database>` */
  readonly database?: string;
  /** The plan that was published, in mode plan. */
  readonly plan?: PublishedPlan | undefined;
  /** Of the last plan or apply. */
  readonly findings?: FindingReport | undefined;
  readonly lastCheck?: string;
  readonly lastChange?: string;
  /** Of the policy, as last looked at. Absent in states up to 0.2. */
  readonly version?: string;
  /** Identifies what was last reported, so that it is not reported twice. */
  readonly reported?: string | undefined;
  /** When that was. Absent in states up to 0.2. */
  readonly reportedAt?: string;
  /** The search attributes last upserted. */
  readonly attributes?: string;
  /** A full reconcile was asked for and not made yet. */
  readonly forced?: boolean;
  /** Events after which to continue as new; tests lower it. */
  readonly historyLimit?: number;
}

interface PublishedPlan {
  readonly summary: ChangeSummary;
  readonly line: string;
  readonly hash: string;
}

export interface PolicyClaim {
  readonly server: string;
  readonly digest: string;
  readonly held: boolean;
  /** Whether the connected role had the rights to all of it. Absent in states up to 0.2. */
  readonly proven?: boolean;
}

export const initialState: PolicyState = { phase: 'Pending', intervalSeconds: 300, failures: 0 };

/** One run of the workflow: the state, and what its handlers write. */
export interface PolicyRun {
  readonly ref: ResourceRef;
  state: PolicyState;
  changed: boolean;
  /** Reconciles asked for, and the last of them that was made. */
  forced: number;
  done: number;
  answer: ClaimAnswer | undefined;
  settlement: Settlement | undefined;
  tickets: number;
  outcome: ReconcileOutcome;
  doing: string | undefined;
  /** Since when the policy's ticket waits, or is applied. ISO 8601. */
  queuedSince: string | undefined;
  nextCheck: string | undefined;
}

export function newRun(ref: ResourceRef, state: PolicyState): PolicyRun {
  return {
    ref,
    state,
    changed: true,
    forced: state.forced === true ? 1 : 0,
    done: 0,
    answer: undefined,
    settlement: undefined,
    tickets: 0,
    outcome: { phase: state.phase, changes: 0, line: 'no changes' },
    doing: undefined,
    queuedSince: undefined,
    nextCheck: undefined,
  };
}

export function viewOf({ state, doing, queuedSince, nextCheck }: PolicyRun): PolicyView {
  const { phase, database, lastCheck, lastChange, plan, findings, error } = state;
  return {
    phase,
    ...(database === undefined ? {} : { database }),
    ...(lastCheck === undefined ? {} : { lastCheck }),
    ...(lastChange === undefined ? {} : { lastChange }),
    ...(nextCheck === undefined ? {} : { nextCheck }),
    ...(plan === undefined ? {} : { pending: plan.line }),
    ...(findings === undefined ? {} : { findings }),
    ...(error === undefined ? {} : { error: error.refusal }),
    ...(doing === undefined ? {} : { doing }),
    ...(queuedSince === undefined ? {} : { queuedSince }),
  };
}
