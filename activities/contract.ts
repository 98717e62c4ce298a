import type { Claimed } from '../core/claims.ts';
import type { ResourceRef } from '../core/document/document.ts';
import type { FindingReport } from '../core/finding.ts';
import type { ChangeSummary } from '../core/plan/summary.ts';
import type { RefusalRecord } from '../core/refusal.ts';
import type { DueStep } from '../core/plan/steps.ts';
import type {
  Mark,
  CheckRequest,
  CheckOutcome,
  CheckTogetherRequest,
  CheckedTogether,
  JoinRequest,
} from './check-contract.ts';
import type { Done, Gone, LeaveOutcome, Refused, Stale } from './outcome.ts';

/** The activities as workflows see them: plain JSON in and out, never a secret, never the catalog. */
export interface Activities {
  /** Checks policy and database; cheap enough for a local activity. */
  check(request: CheckRequest): Promise<CheckOutcome>;
  /** Checks policies of one database and one connection in few round trips. */
  checkTogether(request: CheckTogetherRequest): Promise<CheckedTogether>;
  /** Adds the policy to the shared check of its database. */
  joinSharedCheck(request: JoinRequest): Promise<Done>;
  /** Sends the policy's claim to its server's workflow; the answer comes by signal. */
  claim(request: ClaimRequest): Promise<ClaimSent>;
  /** The lists of the policy's claim. Returns Gone when the policy does not exist or declares something else by now. */
  readClaim(request: ReadClaimRequest): Promise<Claimed | Gone | Refused>;
  /** Writes a granted claim to the policy's status, from which it can be recalled. */
  recordClaim(request: RecordClaimRequest): Promise<Recorded | Refused>;
  /** Makes the policy's status record exactly the claim that the server's workflow has granted. */
  mirrorClaim(request: MirrorClaimRequest): Promise<Recorded | Refused>;
  /** Releases the policy's claim on a server. */
  release(request: ReleaseRequest): Promise<Done>;
  /** The full plan; publishes its SQL in mode plan. */
  diff(request: DiffRequest): Promise<DiffOutcome>;
  /** Puts a ticket in the queue of a server's workflow; the outcome comes by signal. */
  submit(request: SubmitRequest): Promise<Done>;
  /** Brings the database to the policy in one transaction, unless steps must be taken before. */
  apply(request: ApplyRequest): Promise<ApplyOutcome | StepsDue>;
  /** Takes one such step, in a transaction of its own. */
  step(request: StepRequest): Promise<StepOutcome>;
  /** Writes the status and records Events. */
  report(request: ReportRequest): Promise<Reported>;
  /** Removes the finalizer of a deleted policy. */
  letGo(request: LetGoRequest): Promise<Done | Refused>;
  /** The claims recorded in statuses, oldest first. */
  recallClaims(server: string): Promise<readonly Claim[]>;
  policyExists(ref: ResourceRef): Promise<boolean>;
}

export interface Recorded extends Done {
  /** Identifies the claim that the status records. Absent when it records none, or when that is unknown. */
  readonly recorded?: string | undefined;
}

export interface LetGoRequest {
  readonly ref: ResourceRef;
  readonly outcome: LeaveOutcome;
}

/** What a policy claims on one server. Each role and schema belongs to at most one policy. */
export interface Claim extends Claimed {
  readonly policy: ResourceRef;
  /** Identifies what is claimed, and where. */
  readonly digest: string;
  /** ISO 8601. The older claim wins when claims are recalled together after the workflow was lost. */
  readonly since: string;
  readonly database: string;
  /** The connected role lacks rights on some of it, so a claim with proven rights takes precedence. */
  readonly unproven?: true;
  /** Only asks whether the claim would be granted. The policy is in mode plan and releases its claim. */
  readonly probe?: true;
  /** Size of the lists in bytes when they are left out here; `readClaim` returns them. */
  readonly listBytes?: number;
}

export interface ReadClaimRequest {
  readonly ref: ResourceRef;
  readonly server: string;
  readonly database: string;
  /** Digest of the claim to decide on. */
  readonly digest: string;
}

export interface ClaimRequest extends Pick<Claim, 'unproven' | 'probe'> {
  readonly ref: ResourceRef;
  readonly server: string;
  readonly database: string;
}

export type ClaimSent =
  | {
      readonly kind: 'sent';
      readonly digest: string;
      /** Another server, on which the policy still holds a claim according to its status. */
      readonly elsewhere?: string;
    }
  | Gone
  | Refused;

export interface RecordClaimRequest extends ClaimRequest {
  readonly digest: string;
  readonly since: string;
}

export interface MirrorClaimRequest {
  readonly ref: ResourceRef;
  /** The server the workflow claims on. Default: the server that the status names. */
  readonly server?: string;
  /** The workflow assumes that the claim is granted. */
  readonly held?: true;
}

export interface ReleaseRequest {
  readonly ref: ResourceRef;
  readonly server: string;
}

export interface DiffRequest {
  readonly ref: ResourceRef;
  readonly mark: Mark;
  readonly database: string;
}

export type DiffOutcome = (Planned & { readonly mark: Mark }) | Gone | Stale | Refused;

export interface Planned {
  readonly kind: 'planned';
  readonly summary: ChangeSummary;
  /** e.g. `+3 grants -1 membership` */
  readonly line: string;
  readonly hash: string;
  /** Absent when nothing was found. */
  readonly findings?: FindingReport;
  /** See `Claim.unproven`. */
  readonly unproven?: true;
}

/** A request for one apply. A new ticket replaces the policy's queued one. */
export interface Ticket {
  readonly id: string;
  readonly policy: ResourceRef;
  readonly database: string;
  /** Digest of the claim that the apply needs. */
  readonly claim: string;
  /** Summary of the plan for people, e.g. `+3 grants`. */
  readonly line: string;
  /** The zone whose worker applies it. Absent for the default zone. */
  readonly zone?: string;
  /** Someone asked for the reconcile, so it goes before other tickets of its namespace. */
  readonly urgent?: true;
}

interface SubmitRequest {
  readonly server: string;
  readonly ticket: Ticket;
}

export interface ApplyRequest {
  readonly server: string;
  readonly ticket: Ticket;
  /** SQL of the steps already taken for this ticket, in the form used in a status. */
  readonly taken?: string;
  /** How often the due steps of this ticket were taken before. Default 0. */
  readonly round?: number;
}

export interface StepRequest extends ApplyRequest {
  readonly step: DueStep;
}

export type StepOutcome = StepDone | Gone | Stale | Refused;

interface StepDone extends Done {
  /** `taken` of the request plus the SQL of this step. */
  readonly taken?: string;
}

/** Nothing was changed: take these steps, then apply again. */
export interface StepsDue {
  readonly kind: 'due';
  readonly steps: readonly DueStep[];
  /** Summary of all changes, including those of the steps. */
  readonly summary: ChangeSummary;
  readonly line: string;
}

export type ApplyOutcome = Applied | Gone | Stale | Refused;

export interface Applied {
  readonly kind: 'applied';
  readonly summary: ChangeSummary;
  readonly line: string;
  readonly hash: string;
  readonly mark: Mark;
  /** What was found after the change. Absent when nothing was found. */
  readonly findings?: FindingReport;
}

export interface ReportRequest {
  readonly ref: ResourceRef;
  readonly observation: Observation;
  /** Version of the policy that was checked; a later version is not reported. Absent in histories up to 0.2. */
  readonly version?: string;
}

export type Observation =
  | Looked
  | { readonly kind: 'refused'; readonly refusal: RefusalRecord; readonly failures: number }
  | { readonly kind: 'suspended' }
  /** The repair has been waiting for its turn on the server for longer than the policy's interval. */
  | { readonly kind: 'queued'; readonly line: string; readonly since: string };

/** The result of a check of the database. */
export type Looked = { readonly findings?: FindingReport } & (
  | { readonly kind: 'inSync' }
  | { readonly kind: 'applied'; readonly summary: ChangeSummary; readonly line: string }
  | { readonly kind: 'planned'; readonly summary: ChangeSummary; readonly line: string }
);

export interface Reported {
  /** Whether the Temporal server has our search attributes: upserting unknown ones would block a workflow. */
  readonly searchAttributes: boolean;
}
