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
import { settleRequests } from './claim-desk.ts';
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
import { nextTicket } from './next-ticket.ts';

/**
 * The one writer of a PostgreSQL server: applies the tickets of all its policies one after the other, and knows
 * which policy speaks for which role and schema. Open as long as any policy claims anything.
 */
export async function database(server: string, carried?: DatabaseState): Promise<void> {
  const run = newDatabaseRun(server, carried ?? initialDatabase);
  listen(run);
  if (carried === undefined) run.claims = compatible(await recall(server));
  for (;;) {
    setCurrentDetails(queueDetails(queueOf(run)));
    const isQuiet = !(await comesSomething(run));
    if (isEmpty(run)) {
      await Promise.all(run.deliveries);
      if (isEmpty(run)) return;
    }
    await takeNext(run);
    if (isQuiet || isTooLong(run)) await continueRun(run);
  }
}

/** After the workflow was lost, or for a server's first policy: what the policies' statuses tell. */
async function recall(server: string): Promise<readonly Claim[]> {
  return persistent.recallClaims.executeWithOptions({ summary: 'recall claims' }, [server]);
}

function listen(run: DatabaseRun): void {
  setHandler(messages.claim, (claim) => {
    // Whoever asks again while nobody answered wants one answer.
    run.inbox = run.inbox.filter(
      (each) => each.kind !== 'claim' || !samePolicy(each.claim.policy, claim.policy),
    );
    run.inbox.push({ kind: 'claim', claim });
  });
  setHandler(messages.release, (policy) => {
    run.inbox.push({ kind: 'release', policy });
  });
  setHandler(messages.enqueue, (ticket) => {
    place(run, ticket);
  });
  setHandler(messages.queueQuery, () => queueOf(run));
  setHandler(messages.claimQuery, (wanted) => {
    const granted = run.claims.find(({ policy }) => samePolicy(policy, wanted));
    return granted ?? null;
  });
}

/** A policy waits once: its newer ticket takes the place of its older one. A ticket sent again changes nothing. */
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

/** Claims go before tickets: they are quick, and whoever waits for one cannot queue. */
async function takeNext(run: DatabaseRun): Promise<void> {
  if (run.inbox.length > 0) return settleRequests(run);
  const [ticket] = run.queue.splice(nextTicket(run), 1);
  if (ticket === undefined) return;
  const applying = applyTicket(run, ticket);
  if (patched('claims-during-apply')) await settleDuring(run, applying);
  await applying;
}

/**
 * An apply may take minutes. Whoever claims meanwhile gets an answer, and can queue; but what is read for that stays in a
 * history that cannot be ended before the apply.
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
 * A history that is long is ended in a quiet moment, of which this is false. While hundreds of policies signal, the
 * server would most likely refuse it, as another signal has come in meanwhile, and the workflow task would have failed.
 */
async function comesSomething(run: DatabaseRun): Promise<boolean> {
  const comes = () => run.inbox.length > 0 || run.queue.length > 0 || isEmpty(run);
  if (comes()) return true;
  if (isLong(run))
    return condition(comes, quietMs, { summary: 'quiet enough to continue as new?' });
  await condition(comes);
  return true;
}

async function continueRun(run: DatabaseRun): Promise<void> {
  await Promise.all(run.deliveries);
  await condition(allHandlersFinished);
  await continueAsNew<typeof database>(run.server, stateOf(run));
}
