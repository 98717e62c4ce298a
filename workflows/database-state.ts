import type { Claim, Ticket } from '../activities/contract.ts';
import type { ResourceRef } from '../core/document/document.ts';
import type { QueueView } from './messages.ts';

/**
 * What a server's workflow remembers across continue-as-new. Plain JSON, bounded by Temporal's 2 MiB for a payload:
 * see `mostClaimed`.
 */
export interface DatabaseState {
  claims: readonly Claim[];
  waiting: readonly Claim[];
  queue: Ticket[];
  inbox: ClaimRequest[];
  /** Events after which to continue as new; tests lower it. */
  readonly historyLimit?: number;
}

type ClaimRequest =
  | { readonly kind: 'claim'; readonly claim: Claim }
  | { readonly kind: 'release'; readonly policy: ResourceRef };

export interface DatabaseRun extends DatabaseState {
  readonly server: string;
  running: Ticket | undefined;
  /** What is done for the running ticket before its apply, for people. */
  step: string | undefined;
  /** Outcomes on their way to their policies. */
  deliveries: Promise<void>[];
}

export const initialDatabase: DatabaseState = { claims: [], waiting: [], queue: [], inbox: [] };

export function queueOf({ running, step, queue, claims, waiting }: DatabaseRun): QueueView {
  return {
    ...(running === undefined ? {} : { running }),
    ...(step === undefined ? {} : { step }),
    queue,
    claims,
    waiting,
  };
}

export function stateOf({
  claims,
  waiting,
  queue,
  inbox,
  historyLimit,
}: DatabaseRun): DatabaseState {
  const limit = historyLimit === undefined ? {} : { historyLimit };
  return { claims, waiting, queue, inbox, ...limit };
}
