import type { QueuedTicket, QueueView } from './queue-view.ts';
import type { Claim } from '../activities/contract.ts';
import { sizeOf, textSize, totalSize } from './claim-size.ts';
import type { ResourceRef } from '../core/document/document.ts';

/**
 * What a server's workflow keeps across continue-as-new: plain JSON, within Temporal's limit of 2 MiB for a payload
 * (see `mostClaimed`).
 */
export interface DatabaseState {
  claims: readonly Claim[];
  waiting: readonly Claim[];
  queue: QueuedTicket[];
  inbox: ClaimRequest[];
  /** Events after which the workflow continues as new; tests lower it. */
  readonly historyLimit?: number;
}

export type ClaimRequest =
  | { readonly kind: 'claim'; readonly claim: Claim }
  | { readonly kind: 'release'; readonly policy: ResourceRef };

export interface DatabaseRun extends DatabaseState {
  readonly server: string;
  running: QueuedTicket | undefined;
  /** When the running ticket started. ISO 8601. */
  runningSince: string | undefined;
  /** The current step of the running ticket before its apply, for people. */
  step: string | undefined;
  /** Outcomes that are being sent to their policies. */
  deliveries: Promise<void>[];
  /** Number of signals to this run. */
  signals: number;
  /** For each namespace, the number of its last turn in this run. */
  readonly turns: Map<string, number>;
}

export const initialDatabase: DatabaseState = { claims: [], waiting: [], queue: [], inbox: [] };

export function newDatabaseRun(server: string, state: DatabaseState): DatabaseRun {
  const idle = { running: undefined, runningSince: undefined, step: undefined };
  return { server, ...idle, deliveries: [], signals: 0, turns: new Map(), ...state };
}

export function queueOf(run: DatabaseRun): QueueView {
  const { running, runningSince, step, queue, claims, waiting } = run;
  return {
    ...(running === undefined ? {} : { running }),
    ...(runningSince === undefined ? {} : { runningSince }),
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
  const room = largestState - totalSize(claims) - totalSize(waiting) - textSize(queue);
  return { claims, waiting, queue, inbox: withinRoom(inbox, room), ...limit };
}

/** Just below Temporal's limit of 2 MiB for a payload. */
const largestState = 2_000_000;

/** A claim that is dropped here has no answer yet, so its policy sends it again within a minute. */
function withinRoom(inbox: readonly ClaimRequest[], room: number): ClaimRequest[] {
  let left = room;
  return inbox.filter((request) => {
    left -= request.kind === 'claim' ? sizeInInbox(request.claim) : 0;
    return request.kind === 'release' || left >= 0;
  });
}

function sizeInInbox(claim: Claim): number {
  return claim.listBytes === undefined ? sizeOf(claim) : textSize([claim]);
}
