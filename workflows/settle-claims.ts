import { getExternalWorkflowHandle, isCancellation } from '@temporalio/workflow';
import type { Claim } from '../activities/contract.ts';
import type { ResourceRef } from '../core/document/document.ts';
import type { RefusalRecord } from '../core/refusal.ts';
import { asData, remote } from './activities.ts';
import {
  objectionTo,
  remainder,
  samePolicy,
  withClaim,
  withoutPolicy,
  type Objection,
} from './claim-book.ts';
import { crowdFor, displaced, type Crowd } from './claim-room.ts';
import { mostClaimed, sizeOf, totalSize } from './claim-size.ts';
import { withLists } from './claim-lists.ts';
import type { ClaimRequest, DatabaseRun } from './database-state.ts';
import { isTooLong } from './history-length.ts';
import { claimAnswered, policyWorkflowId, type ClaimAnswer } from './messages.ts';

/** Signals that may be in flight at once; Temporal allows 2,000. */
const batchSize = 200;

interface ClaimSettlement {
  readonly run: DatabaseRun;
  readonly answer: (claim: Claim, verdict: Verdict) => void;
}

/** Settles requests in the order of arrival and sends the answers of a batch together. */
export async function settleRequests(run: DatabaseRun): Promise<void> {
  const answers: Promise<void>[] = [];
  const answer = (claim: Claim, verdict: Verdict) => {
    answers.push(sendAnswer(run.server, claim, verdict));
  };
  const requests = run.inbox.splice(0, batchSize);
  for (const [index, request] of requests.entries()) {
    if (readsLists(request) && isTooLong(run)) {
      run.inbox.unshift(...requests.slice(index));
      break;
    }
    if (request.kind === 'claim') await settleClaim({ run, answer }, request.claim);
    else settleRelease({ run, answer }, request.policy);
  }
  await Promise.all(answers);
}

/**
 * Grants a claim that collides with no other. A refused claim waits, and its policy keeps the part it held before. An
 * unproven claim cannot block a proven one: a policy without the rights must not lock out one that has them.
 */
async function settleClaim(settlement: ClaimSettlement, signalled: Claim): Promise<void> {
  const { run } = settlement;
  const crowd = crowdFor(run.claims, signalled);
  if (signalled.listBytes !== undefined && crowd !== undefined) {
    settlement.answer(signalled, { held: false, refusal: tooMany(run, signalled, crowd) });
    if (signalled.probe === true) settleRelease(settlement, signalled.policy);
    return;
  }
  const claim = await withLists(run, signalled);
  if (claim !== undefined) await settleWhole(settlement, claim);
}

function readsLists(request: ClaimRequest): boolean {
  return request.kind === 'claim' && request.claim.listBytes !== undefined;
}

async function settleWhole(settlement: ClaimSettlement, claim: Claim): Promise<void> {
  const { run } = settlement;
  const objection = await standingObjection(run, claim);
  if (claim.probe === true) {
    settleProbe(settlement, claim, objection);
    return;
  }
  const crowd = crowdFor(run.claims, claim);
  if (objection !== undefined) refuse(settlement, claim, objection);
  else if (crowd === undefined) {
    if (claim.unproven === undefined) evictUnproven(settlement, claim);
    grant(settlement, claim);
  } else settlement.answer(claim, { held: false, refusal: tooMany(run, claim, crowd) });
  // The policy's former claim may have been larger.
  shrink(run, claim);
  grantWaiting(settlement);
}

/** Answers a policy in mode plan, which claims nothing, with what it would collide with. */
function settleProbe(
  settlement: ClaimSettlement,
  claim: Claim,
  objection: Objection | undefined,
): void {
  const { run, answer } = settlement;
  if (objection === undefined) answer(claim, { held: true, since: claim.since });
  else answer(claim, { held: false, refusal: conflict(objection) });
  run.claims = withoutPolicy(run.claims, claim.policy);
  run.waiting = withoutPolicy(run.waiting, claim.policy);
  grantWaiting(settlement);
}

/**
 * Policies that hold some of it without the rights lose their claims and wait. No proven claim collides, because the
 * claim would have been refused.
 */
function evictUnproven(settlement: ClaimSettlement, claim: Claim): void {
  const { run } = settlement;
  for (const held of run.claims) {
    if (held.unproven === undefined) continue;
    const collision = objectionTo(held, [claim]);
    if (collision === undefined) continue;
    run.claims = withoutPolicy(run.claims, held.policy);
    keepWaiting(run, held);
    settlement.answer(held, { held: false, evicted: true, refusal: conflict(collision) });
  }
}

/**
 * Frees what a policy no longer declares, even while it waits. Otherwise two policies that swap roles would wait for
 * each other.
 */
function shrink(run: DatabaseRun, wanted: Claim): void {
  const held = run.claims.find(({ policy }) => samePolicy(policy, wanted.policy));
  if (held === undefined || held.digest === wanted.digest) return;
  const rest = remainder(held, wanted);
  run.claims =
    rest === undefined ? withoutPolicy(run.claims, wanted.policy) : withClaim(run.claims, rest);
}

function settleRelease(settlement: ClaimSettlement, policy: ResourceRef): void {
  const { run } = settlement;
  run.claims = withoutPolicy(run.claims, policy);
  run.waiting = withoutPolicy(run.waiting, policy);
  run.queue = run.queue.filter((ticket) => !samePolicy(ticket.policy, policy));
  grantWaiting(settlement);
}

/** Ignores claims of deleted policies whose release signal was lost. */
async function standingObjection(run: DatabaseRun, claim: Claim): Promise<Objection | undefined> {
  const isProven = claim.unproven === undefined;
  for (;;) {
    const standing = isProven ? run.claims.filter((held) => !held.unproven) : run.claims;
    const objection = objectionTo(claim, standing);
    if (objection === undefined || (await exists(objection.holder))) return objection;
    run.claims = withoutPolicy(run.claims, objection.holder);
  }
}

async function exists(holder: ResourceRef): Promise<boolean> {
  const summary = `does ${holder.namespace}/${holder.name} still exist?`;
  const found = await asData(remote.policyExists.executeWithOptions({ summary }, [holder]));
  return found !== false;
}

function grant(settlement: ClaimSettlement, claim: Claim): void {
  const { run, answer } = settlement;
  run.claims = withClaim(run.claims, claim);
  makeRoom(settlement, claim);
  run.waiting = withinLimit(run, withoutPolicy(run.waiting, claim.policy));
  answer(claim, { held: true, since: claim.since });
}

/**
 * Evicts unproven claims that no longer fit. They do not wait either: their policies claim again at their intervals.
 */
function makeRoom({ run, answer }: ClaimSettlement, granted: Claim): void {
  for (const held of displaced(run.claims, granted)) {
    run.claims = withoutPolicy(run.claims, held.policy);
    answer(held, { held: false, evicted: true, refusal: tooMany(run, held, 'server') });
  }
}

function refuse({ run, answer }: ClaimSettlement, claim: Claim, objection: Objection): void {
  keepWaiting(run, claim);
  answer(claim, { held: false, refusal: conflict(objection) });
}

function keepWaiting(run: DatabaseRun, claim: Claim): void {
  run.waiting = withinLimit(run, withClaim(run.waiting, claim));
}

/** Claims without room do not wait: their policies claim again at their intervals. Earlier claims go first. */
function withinLimit({ claims }: DatabaseRun, waiting: readonly Claim[]): readonly Claim[] {
  let left = mostClaimed - totalSize(claims);
  return waiting.filter((claim) => {
    const isIn = sizeOf(claim) <= left;
    if (isIn) left -= sizeOf(claim);
    return isIn;
  });
}

function conflict({ holder, item, how }: Objection): RefusalRecord {
  return {
    code: 'ConflictingPolicy',
    message: `${item} is ${how} by policy ${holder.namespace}/${holder.name}`,
    hint: 'Remove it from one of the two policies; this policy then starts automatically.',
  };
}

function grantWaiting(settlement: ClaimSettlement): void {
  for (const claim of settlement.run.waiting) {
    const { claims } = settlement.run;
    if (objectionTo(claim, claims) === undefined && crowdFor(claims, claim) === undefined)
      grant(settlement, claim);
  }
}

type Verdict =
  | { readonly held: true; readonly since: string }
  | { readonly held: false; readonly refusal: RefusalRecord; readonly evicted?: true };

async function sendAnswer(
  server: string,
  { policy, digest }: Claim,
  verdict: Verdict,
): Promise<void> {
  const reply: ClaimAnswer = { server, digest, ...verdict };
  try {
    await getExternalWorkflowHandle(policyWorkflowId(policy)).signal(claimAnswered, reply);
  } catch (error) {
    if (isCancellation(error)) throw error;
    // The policy's workflow has ended: a new one claims for itself.
  }
}

function tooMany({ server }: DatabaseRun, { policy }: Claim, crowd: Crowd): RefusalRecord {
  const whose = crowd === 'server' ? '' : ` of namespace ${policy.namespace}`;
  const room = crowd === 'server' ? 'its workflow can hold' : 'one namespace may hold';
  return {
    code: 'UnsupportedServer',
    message: `the policies${whose} of server ${server} name more roles and schemas than ${room}`,
    hint: 'Use fewer policies or shorter lists of roles on this server. About 20,000 names fit, at most two thirds of them from one namespace.',
  };
}
