import type { Claimed } from '../core/claims.ts';
import type { ResourceRef } from '../core/document/document.ts';
import type { FailureClass } from '../core/error-codes.ts';
import type { FindingReport } from '../core/finding.ts';
import type { ChangeSummary } from '../core/plan/plan.ts';
import type { RefusalRecord } from '../core/refusal.ts';
import type { DueStep } from '../core/plan/steps.ts';

/** The activities as workflows see them: plain JSON in and out, never a secret, never the catalog. */
export interface Activities {
  /** One look at policy and database, cheap enough to be a local activity. */
  check(request: CheckRequest): Promise<CheckOutcome>;
  /** Sends the policy's claim to its server's workflow; the answer comes by signal. */
  claim(request: ClaimRequest): Promise<ClaimSent>;
  /** The lists of the policy's claim. Gone when the policy is, or declares something else by now. */
  readClaim(request: ReadClaimRequest): Promise<Claimed | Gone | Refused>;
  /** Writes a granted claim to the policy's status, from where it is recalled. */
  recordClaim(request: RecordClaimRequest): Promise<Recorded | Refused>;
  /** Makes the policy's status record what its server's workflow has granted it, no more and no less. */
  mirrorClaim(request: MirrorClaimRequest): Promise<Recorded | Refused>;
  /** Gives up what the policy claims on a server. */
  release(request: ReleaseRequest): Promise<Done>;
  /** The full plan; publishes its SQL in mode plan. */
  diff(request: DiffRequest): Promise<DiffOutcome>;
  /** Puts a ticket in the queue of a server's workflow; the outcome comes by signal. */
  submit(request: SubmitRequest): Promise<Done>;
  /** Brings the database to the policy in one transaction, unless steps must be taken before. */
  apply(request: ApplyRequest): Promise<ApplyOutcome | StepsDue>;
  /** Takes one such step, in a transaction of its own. */
  step(request: StepRequest): Promise<StepOutcome>;
  /** Status, events. */
  report(request: ReportRequest): Promise<Reported>;
  /** Lets a policy go that was deleted and waited for us. */
  letGo(request: LetGoRequest): Promise<Done | Refused>;
  /** The claims that statuses tell of, oldest first. */
  recallClaims(server: string): Promise<readonly Claim[]>;
  policyExists(ref: ResourceRef): Promise<boolean>;
}

/** Trouble the user can act on, as data. */
export interface Refused {
  readonly kind: 'refused';
  readonly refusal: RefusalRecord;
  readonly failureClass: FailureClass;
  readonly intervalSeconds?: number;
  /** Version of the policy that was looked at, by a check. */
  readonly version?: string;
}

export interface Gone {
  readonly kind: 'gone';
}

export interface Done {
  readonly kind: 'done';
}

export interface Recorded extends Done {
  /** Identifies what the status records of the claim. Absent when that is nothing, or not known. */
  readonly recorded?: string | undefined;
}

/** What was looked at moved while it was worked on: look again. */
export interface Stale {
  readonly kind: 'stale';
  readonly why: string;
}

/** What a look saw. Equal marks mean that nothing happened in between. */
export interface Mark {
  readonly server: string;
  /** Hash of spec version, password versions and who we are on the server. */
  readonly inputs: string;
  /** Hash of every catalog row in the policy's scope. */
  readonly fingerprint: string;
}

export interface CheckRequest {
  readonly ref: ResourceRef;
  /** The mark of the last look after which nothing was left to do. */
  readonly last?: Mark;
  /** Something may have changed: no Secret's version is recalled. */
  readonly fresh?: boolean;
  /** Identifies what the status records of a claim, as far as the workflow knows. */
  readonly recorded?: string;
  /** The workflow holds a claim, so that something may have been granted whatever the status says. */
  readonly holds?: true;
}

export type CheckOutcome = LookOutcome & {
  /** The status records another claim than the workflow knows of, or none. */
  readonly misrecorded?: true;
  /** The status does not say what was last reported: somebody took it away, or it is of another version. */
  readonly untold?: true;
};

export type LookOutcome =
  | {
      readonly kind: 'unchanged';
      /** Of the policy, where its status is to say so. */
      readonly version?: string;
    }
  | {
      readonly kind: 'differs';
      readonly mark: Mark;
      readonly database: string;
      /** Digest of what the policy claims on this server. */
      readonly claim: string;
      readonly mode: 'apply' | 'plan';
      readonly intervalSeconds: number;
      /** Of the policy. Absent in histories up to 0.2. */
      readonly version?: string;
      /** It was deleted, and is to take with it what it granted. */
      readonly leaving?: true;
    }
  | {
      /** It was deleted, and its database is to stay as it is. */
      readonly kind: 'left';
      readonly outcome: LeaveOutcome;
      readonly version?: string;
    }
  | { readonly kind: 'suspended'; readonly intervalSeconds: number; readonly version?: string }
  | Gone
  | Refused;

/** What became of what a policy granted that was deleted. */
export type LeaveOutcome =
  | { readonly kind: 'nothingGranted' }
  | { readonly kind: 'retained' }
  /** `stays`: what could not be taken back. */
  | { readonly kind: 'revoked'; readonly line: string; readonly stays?: string }
  | { readonly kind: 'skipped'; readonly why: string };

export interface LetGoRequest {
  readonly ref: ResourceRef;
  readonly outcome: LeaveOutcome;
}

/** What a policy speaks for on one server. Of each role and schema at most one policy does. */
export interface Claim extends Claimed {
  readonly policy: ResourceRef;
  /** Identifies what is claimed, and where. */
  readonly digest: string;
  /** ISO 8601. Decides between claims that are recalled together after the workflow was lost. */
  readonly since: string;
  readonly database: string;
  /** The connected role lacks rights over some of it: it gives way to a claim that is proven. */
  readonly unproven?: true;
  /** Only asks whether it would be granted. The policy is in mode plan and gives up what it claims. */
  readonly probe?: true;
  /** Bytes of the lists, which are left out and empty here: `readClaim` has them. */
  readonly listBytes?: number;
}

export interface ReadClaimRequest {
  readonly ref: ResourceRef;
  readonly server: string;
  readonly database: string;
  /** Of the claim that is settled. */
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
      /** Another server, on which the policy still has claims by its status. */
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
  /** Where the workflow claims something. Without, the server that the status names. */
  readonly server?: string;
  /** The workflow takes the claim to be granted. */
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
  /** Absent when there are none. */
  readonly findings?: FindingReport;
  /** As of a claim. */
  readonly unproven?: true;
}

/** Asks for one apply. The newest of a policy takes the place of its queued one. */
export interface Ticket {
  readonly id: string;
  readonly policy: ResourceRef;
  readonly database: string;
  /** Digest of the claim it is made under. */
  readonly claim: string;
  /** What the plan says, e.g. `+3 grants`, for people. */
  readonly line: string;
}

export interface SubmitRequest {
  readonly server: string;
  readonly ticket: Ticket;
}

export interface ApplyRequest {
  readonly server: string;
  readonly ticket: Ticket;
  /** SQL of the steps that were taken for the ticket before, as for a status. */
  readonly taken?: string;
}

export interface StepRequest extends ApplyRequest {
  readonly step: DueStep;
}

export type StepOutcome = StepDone | Gone | Stale | Refused;

interface StepDone extends Done {
  /** As `taken` of a request, with this step. */
  readonly taken?: string;
}

/** Nothing was changed: these come first, and then the apply again. */
export interface StepsDue {
  readonly kind: 'due';
  readonly steps: readonly DueStep[];
  /** Of all that is to be done, the steps too. */
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
  /** After the change. Absent when there are none. */
  readonly findings?: FindingReport;
}

export interface ReportRequest {
  readonly ref: ResourceRef;
  readonly observation: Observation;
  /** Of the policy that was looked at: what it became meanwhile is not told of. Absent in histories up to 0.2. */
  readonly version?: string;
}

export type Observation =
  | Looked
  | { readonly kind: 'refused'; readonly refusal: RefusalRecord; readonly failures: number }
  | { readonly kind: 'suspended' }
  /** The repair waits for its turn on the server for longer than the policy's interval. */
  | { readonly kind: 'queued'; readonly line: string; readonly since: string };

/** What came of a look at the database. */
export type Looked = { readonly findings?: FindingReport } & (
  | { readonly kind: 'inSync' }
  | { readonly kind: 'applied'; readonly summary: ChangeSummary; readonly line: string }
  | { readonly kind: 'planned'; readonly summary: ChangeSummary; readonly line: string }
);

export interface Reported {
  /** Whether the Temporal server knows our search attributes: upserting unknown ones would block a workflow. */
  readonly searchAttributes: boolean;
}
