import type { FailureClass } from '../core/error-codes.ts';
import type { RefusalRecord } from '../core/refusal.ts';

/** How activities end when there is no result. Plain JSON, because workflows read it. */

/** A refusal as data: an error the user can act on. */
export interface Refused {
  readonly kind: 'refused';
  readonly refusal: RefusalRecord;
  readonly failureClass: FailureClass;
  readonly intervalSeconds?: number;
  /** Version of the policy that the check read. */
  readonly version?: string;
}

export interface Gone {
  readonly kind: 'gone';
}

export interface Done {
  readonly kind: 'done';
}

/** The policy or the database changed during the activity: check again. */
export interface Stale {
  readonly kind: 'stale';
  readonly why: string;
}

/** What happened to the grants of a deleted policy. */
export type LeaveOutcome =
  | { readonly kind: 'nothingGranted' }
  | { readonly kind: 'retained' }
  /** `stays`: what could not be revoked. */
  | { readonly kind: 'revoked'; readonly line: string; readonly stays?: string }
  | { readonly kind: 'skipped'; readonly why: string };
