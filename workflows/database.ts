import {
  allHandlersFinished,
  condition,
  continueAsNew,
  patched,
  setCurrentDetails,
  setHandler,
} from '@temporalio/workflow';
import type { Claim, Ticket } from '../activities/contract.ts';
import { persistent } from './activities.ts';
import { settleRequests } from './settle-claims.ts';
import { compatible, samePolicy } from './claim-book.ts';
import {
  initialDatabase,
  newDatabaseRun,
  queueOf,
  stateOf,
  type DatabaseRun,
  type DatabaseState,
} from './database-state.ts';
import { queueDetails } from './details.ts';
import { isLong, isTooLong } from './history-length.ts';
import * as messages from './messages.ts';
import { applyTicket } from './apply-ticket.ts';

/**
 * The only writer of a PostgreSQL server. It applies the tickets of all policies one after the other, and decides which
 * policy holds which role and schema. It is open as long as any policy holds a claim.
 */
export async function database(server: string, carried?: DatabaseState): Promise<void> {
  const run = newDatabaseRun(server, carried ?? initialDatabase);
  listen(run);
  if (carried === undefined) run.claims = compatible(await recall(server));
  for (;;) {
    setCurrentDetails(queueDetails(queueOf(run)));
    const isQuiet = !(await hasWork(run));
    if (isEmpty(run)) {
      await Promise.all(run.deliveries);
      if (isEmpty(run)) return;
    }
    await takeNext(run);
    if (isQuiet || isTooLong(run)) await continueRun(run);
  }
}

/**
 * Recalls the claims recorded in the policies' statuses, for a server's first policy or after the workflow was lost.
 */
async function recall(server: string): Promise<readonly Claim[]> {
  return persistent.recallClaims.executeWithOptions({ summary: 'recall claims' }, [server]);
}

function listen(run: DatabaseRun): void {
  setHandler(messages.claim, (claim) => {
    run.signals += 1;
    // A policy that repeats an unanswered claim gets one answer.
    run.inbox = run.inbox.filter(
      (each) => each.kind !== 'claim' || !samePolicy(each.claim.policy, claim.policy),
    );
    run.inbox.push({ kind: 'claim', claim });
  });
  setHandler(messages.release, (policy) => {
    run.signals += 1;
    run.inbox.push({ kind: 'release', policy });
  });
  setHandler(messages.enqueue, (ticket) => {
    run.signals += 1;
    place(run, ticket);
  });
  setHandler(messages.queueQuery, () => queueOf(run));
  setHandler(messages.claimQuery, (wanted) => {
    const granted = run.claims.find(({ policy }) => samePolicy(policy, wanted));
    return granted ?? null;
  });
}

/**
 * A policy has at most one queued ticket: a newer one replaces the older one. A ticket that is sent again changes
 * nothing.
 */
function place(run: DatabaseRun, ticket: Ticket): void {
  if (run.running?.id === ticket.id) return;
  const index = run.queue.findIndex(({ policy }) => samePolicy(policy, ticket.policy));
  const since = run.queue[index]?.since ?? new Date().toISOString();
  if (index < 0) run.queue.push({ ...ticket, since });
  else run.queue[index] = { ...ticket, since };
}

function isEmpty({ inbox, queue, claims, waiting }: DatabaseRun): boolean {
  return inbox.length + queue.length + claims.length + waiting.length === 0;
}

/** Claims go before tickets, because they are quick and a policy cannot queue a ticket without its claim. */
async function takeNext(run: DatabaseRun): Promise<void> {
  if (run.inbox.length > 0) return settleRequests(run);
  const [ticket] = run.queue.splice(nextTicket(run), 1);
  if (ticket === undefined) return;
  const applying = applyTicket(run, ticket);
  if (patched('claims-during-apply')) await settleDuring(run, applying);
  await applying;
}

/**
 * Settles claims during an apply, which may take minutes, so that other policies can queue. But each claim adds events
 * to a history that cannot end before the apply.
 */
async function settleDuring(run: DatabaseRun, applying: Promise<void>): Promise<void> {
  let hasEnded = false;
  const end = () => {
    hasEnded = true;
  };
  applying.then(end, end);
  const isOver = () => hasEnded;
  while (!isOver()) {
    await condition(() => isOver() || (run.inbox.length > 0 && !isTooLong(run)));
    if (!isOver()) await settleRequests(run);
  }
}

const quietMs = 3_000;

/**
 * Waits for work. Returns false in a quiet moment of a run with a long history, so that it can continue as new. While
 * hundreds of policies send signals, Temporal would most likely reject that because a new signal has arrived, and the
 * workflow task would fail.
 */
async function hasWork(run: DatabaseRun): Promise<boolean> {
  const comes = () => run.inbox.length > 0 || run.queue.length > 0 || isEmpty(run);
  if (comes()) return true;
  if (isLong(run))
    return condition(comes, quietMs, { summary: 'wait for a quiet moment to continue as new' });
  await condition(comes);
  return true;
}

async function continueRun(run: DatabaseRun): Promise<void> {
  await Promise.all(run.deliveries);
  await condition(allHandlersFinished);
  await continueAsNew<typeof database>(run.server, stateOf(run));
}

/**
 * Index of the next ticket in the queue. Namespaces take turns, and within a namespace the oldest ticket goes first. So
 * many slow tickets of one namespace delay those of another by only one of them. A reconcile that someone asked for
 * goes before the other tickets of its namespace.
 */
function nextTicket({ queue, turns }: DatabaseRun): number {
  const turnOf = (namespace: string) => turns.get(namespace) ?? 0;
  const [first] = queue;
  if (first === undefined) return 0;
  const waitedLongest = queue.reduce((best, { policy }, index) => {
    const leader = queue[best]?.policy ?? first.policy;
    return turnOf(policy.namespace) < turnOf(leader.namespace) ? index : best;
  }, 0);
  const next = waitedLongest > 0 && patched('namespaces-take-turns') ? waitedLongest : 0;
  const { namespace } = (queue[next] ?? first).policy;
  turns.set(namespace, Math.max(0, ...turns.values()) + 1);
  const urgent = queue.findIndex(
    (ticket) => ticket.urgent === true && ticket.policy.namespace === namespace,
  );
  return urgent < 0 ? next : urgent;
}
