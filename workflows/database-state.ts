import type { Claim, Ticket } from '../activities/contract.ts';
import { sizeOf, textSize, totalSize } from './claim-size.ts';
import type { ResourceRef } from '../core/document/document.ts';
import type { QueueView } from './messages.ts';

/**
 * What a server's workflow remembers across continue-as-new. Plain JSON, bounded by Temporal's 2 MiB for a payload:
 * see `mostClaimed`.
 */
export interface DatabaseState {
  claims: readonly Claim[];
  waiting: readonly Claim[];
  queue: QueuedTicket[];
  inbox: ClaimRequest[];
  /** Events after which to continue as new; tests lower it. */
  readonly historyLimit?: number;
}

/** A ticket, and since when it waits. */
export interface QueuedTicket extends Ticket {
  /** ISO 8601. Absent in states up to 0.2. */
  readonly since?: string;
}

export type ClaimRequest =
  | { readonly kind: 'claim'; readonly claim: Claim }
  | { readonly kind: 'release'; readonly policy: ResourceRef };

export interface DatabaseRun extends DatabaseState {
  readonly server: string;
  running: QueuedTicket | undefined;
  /** Since when the running ticket runs. ISO 8601. */
  runningSince: string | undefined;
  /** What is done for the running ticket before its apply, for people. */
  step: string | undefined;
  /** Outcomes on their way to their policies. */
  deliveries: Promise<void>[];
  /** Namespaces by the number of the turn they last had, of this run. */
  readonly turns: Map<string, number>;
}

export const initialDatabase: DatabaseState = { claims: [], waiting: [], queue: [], inbox: [] };

export function newDatabaseRun(server: string, state: DatabaseState): DatabaseRun {
  const idle = { running: undefined, runningSince: undefined, step: undefined };
  return { server, ...idle, deliveries: [], turns: new Map(), ...state };
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

/** Below the 2 MiB of a payload. */
const largestState = 2_000_000;

/** A claim that is left out was not answered: its policy sends it again within a minute. */
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
