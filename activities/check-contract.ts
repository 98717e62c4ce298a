import type { ResourceRef } from '../core/document/document.ts';
import type { Gone, LeaveOutcome, Refused } from './outcome.ts';

/** What checks take and return, as workflows see it: plain JSON. */

/** The state that a check found. Equal marks mean that nothing changed in between. */
export interface Mark {
  readonly server: string;
  /** Hash of the spec version, the Secret versions, the bounds and the connected role. */
  readonly inputs: string;
  /** Hash of every catalog row in the policy's scope. */
  readonly fingerprint: string;
}

export interface CheckRequest {
  readonly ref: ResourceRef;
  /** The mark of the last check after which nothing was left to do. */
  readonly last?: Mark;
  /** Something may have changed: read every Secret instead of using remembered versions. */
  readonly fresh?: boolean;
  /** Identifies the claim that the status records, as far as the workflow knows. */
  readonly recorded?: string;
  /** The workflow holds a claim, so pgwarden may have granted something even if the status does not say so. */
  readonly holds?: true;
  /** The shared check that the policy is a member of. */
  readonly shared?: string;
  /** The zone whose workers did not take the check in time. */
  readonly missed?: string;
}

export type CheckOutcome = LookOutcome & {
  /** The status records a different claim than the workflow knows, or none. */
  readonly misrecorded?: true;
  /** The status lacks what was last reported: someone removed it, or it belongs to another version. */
  readonly untold?: true;
};

interface Sharing {
  /** ID of the shared check for policies with the same database and connection. Absent if no other policy was seen. */
  readonly shared?: string;
}

export type LookOutcome =
  | ({
      readonly kind: 'unchanged';
      /** Version of the policy, if the status must be reported. */
      readonly version?: string;
    } & Sharing)
  | ({
      readonly kind: 'differs';
      readonly mark: Mark;
      readonly database: string;
      /** Digest of what the policy claims on this server. */
      readonly claim: string;
      readonly mode: 'apply' | 'plan';
      readonly intervalSeconds: number;
      /** See `max_interval` of a policy. */
      readonly maxIntervalSeconds?: number;
      /** Version of the policy. Absent in histories up to 0.2. */
      readonly version?: string;
      /** The policy was deleted, and pgwarden must revoke what it granted. */
      readonly leaving?: true;
    } & Sharing)
  | {
      /** The policy was deleted, and its database stays as it is. */
      readonly kind: 'left';
      readonly outcome: LeaveOutcome;
      readonly version?: string;
    }
  | Elsewhere
  | { readonly kind: 'suspended'; readonly intervalSeconds: number; readonly version?: string }
  | Gone
  | Refused;

/** A worker of another zone must check the policy. */
export interface Elsewhere {
  readonly kind: 'elsewhere';
  /** Absent for the default zone. */
  readonly zone?: string;
}

/** How often a policy is checked. */
export interface Intervals {
  readonly intervalSeconds: number;
  /** The longest interval, in which nothing changes. Default: always `intervalSeconds`. */
  readonly maxIntervalSeconds?: number | undefined;
  /** Number of checks in a row that found nothing. Default 0. */
  readonly quietChecks?: number | undefined;
}

/** A policy that was in sync, as its workflow knows it. */
export interface SharedMember {
  readonly check: CheckRequest;
  readonly intervals: Intervals;
  /** How often its status says when it was checked. Milliseconds. */
  readonly reportMs: number;
  /** The zone whose worker checks it. Absent for the default zone. */
  readonly zone?: string;
}

export interface CheckTogetherRequest {
  readonly members: readonly SharedMember[];
}

export interface CheckedTogether {
  readonly kind: 'checked';
  /** Positions in the request of the policies that must check themselves, because something may have changed. */
  readonly awake: readonly number[];
}

export interface JoinRequest {
  /** ID of the shared check. */
  readonly shared: string;
  /** ID of the shared check that the policy leaves. */
  readonly former?: string;
  readonly member: SharedMember;
}
