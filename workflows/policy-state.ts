import type { Intervals, Mark } from '../activities/check-contract.ts';
import type { Refused } from '../activities/outcome.ts';
import type { ResourceRef } from '../core/document/document.ts';
import type { FindingReport } from '../core/finding.ts';
import type { ChangeSummary } from '../core/plan/summary.ts';
import type { ClaimAnswer, Phase, PolicyView, ReconcileOutcome, Settlement } from './messages.ts';

/** What a policy workflow keeps across continue-as-new. Plain JSON. */
export interface PolicyState extends Intervals {
  readonly phase: Phase;
  /** Number of failed attempts in a row. */
  readonly failures: number;
  readonly error?: Refused | undefined;
  /** The mark of the last check after which nothing was left to do. */
  readonly mark?: Mark | undefined;
  readonly claim?: PolicyClaim | undefined;
  /** In mode plan: the former claim has been released. */
  readonly claimsNothing?: true | undefined;
  /** Identifies the claim that was last written to the status. Undefined when there is none, or when it is unknown. */
  readonly recorded?: string | undefined;
  /** `<server>/<database>` */
  readonly database?: string;
  /** The zone whose worker enters the database. Absent for the default zone. */
  readonly zone?: string | undefined;
  /** The plan that was published, in mode plan. */
  readonly plan?: PublishedPlan | undefined;
  /** Findings of the last plan or apply. */
  readonly findings?: FindingReport | undefined;
  readonly lastCheck?: string;
  readonly lastChange?: string;
  /** Version of the policy at the last check. Absent in states up to 0.2. */
  readonly version?: string;
  /** Identifies the last report, so that it is not reported twice. */
  readonly reported?: string | undefined;
  /** Time of the last report. Absent in states up to 0.2. */
  readonly reportedAt?: string;
  /** The search attributes last upserted. */
  readonly attributes?: string;
  /** The shared check that the last check named. Absent in states up to 0.1. */
  readonly shared?: string | undefined;
  /** The shared check that the policy joined last. */
  readonly joined?: string | undefined;
  /** A full reconcile was requested and has not run yet. */
  readonly forced?: boolean;
  /** Events after which the workflow continues as new; tests lower it. */
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
  /** Whether the connected role had all rights for the claim. Absent in states up to 0.2. */
  readonly proven?: boolean;
}

export const initialState: PolicyState = { phase: 'Pending', intervalSeconds: 300, failures: 0 };

/** One run of the workflow: the state, and what the handlers write. */
export interface PolicyRun {
  readonly ref: ResourceRef;
  state: PolicyState;
  changed: boolean;
  /** Number of requested reconciles; `done` is the last of them that ran. */
  forced: number;
  done: number;
  /** Someone asked for the present pass. */
  isForced: boolean;
  answer: ClaimAnswer | undefined;
  settlement: Settlement | undefined;
  tickets: number;
  outcome: ReconcileOutcome;
  doing: string | undefined;
  /** When the policy's ticket was queued. Set until it is applied. ISO 8601. */
  queuedSince: string | undefined;
  nextCheck: string | undefined;
  /** The shared check that checks the policy while this workflow sleeps. */
  sleepsIn: string | undefined;
}

export function newRun(ref: ResourceRef, state: PolicyState): PolicyRun {
  return {
    ref,
    state,
    changed: true,
    forced: state.forced === true ? 1 : 0,
    done: 0,
    isForced: false,
    answer: undefined,
    settlement: undefined,
    tickets: 0,
    outcome: { phase: state.phase, changes: 0, line: 'no changes' },
    doing: undefined,
    queuedSince: undefined,
    nextCheck: undefined,
    sleepsIn: undefined,
  };
}

export function viewOf(run: PolicyRun): PolicyView {
  const { doing, queuedSince, nextCheck, sleepsIn } = run;
  return {
    ...knownOf(run.state),
    ...(nextCheck === undefined ? {} : { nextCheck }),
    ...(sleepsIn === undefined ? {} : { shared: sleepsIn }),
    ...(doing === undefined ? {} : { doing }),
    ...(queuedSince === undefined ? {} : { queuedSince }),
  };
}

function knownOf(state: PolicyState): PolicyView {
  const { phase, database, lastCheck, lastChange, plan, findings, error } = state;
  return {
    phase,
    ...(database === undefined ? {} : { database }),
    ...(lastCheck === undefined ? {} : { lastCheck }),
    ...(lastChange === undefined ? {} : { lastChange }),
    ...(plan === undefined ? {} : { pending: plan.line }),
    ...(findings === undefined ? {} : { findings }),
    ...(error === undefined ? {} : { error: error.refusal }),
  };
}
