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

/** Signals that may be on their way at once; Temporal allows 2,000. */
const batchSize = 200;

interface Desk {
  readonly run: DatabaseRun;
  readonly answer: (claim: Claim, verdict: Verdict) => void;
}

/** Settles requests in the order they came, and answers many at a time. */
export async function settleRequests(run: DatabaseRun): Promise<void> {
  const answers: Promise<void>[] = [];
  const answer = (claim: Claim, verdict: Verdict) => {
    answers.push(tell(run.server, claim, verdict));
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
 * Grants a claim nobody stands against. A refused one waits, and its policy keeps what it held of it before. A claim that is
 * not proven does not stand against one that is: the policy that has the rights must not be kept out by one without.
 */
async function settleClaim(desk: Desk, signalled: Claim): Promise<void> {
  const { run } = desk;
  const crowd = crowdFor(run.claims, signalled);
  if (signalled.listBytes !== undefined && crowd !== undefined) {
    desk.answer(signalled, { held: false, refusal: tooMany(run, signalled, crowd) });
    if (signalled.probe === true) settleRelease(desk, signalled.policy);
    return;
  }
  const claim = await withLists(run, signalled);
  if (claim !== undefined) await settleWhole(desk, claim);
}

function readsLists(request: ClaimRequest): boolean {
  return request.kind === 'claim' && request.claim.listBytes !== undefined;
}

async function settleWhole(desk: Desk, claim: Claim): Promise<void> {
  const { run } = desk;
  const objection = await standingObjection(run, claim);
  if (claim.probe === true) {
    settleProbe(desk, claim, objection);
    return;
  }
  const crowd = crowdFor(run.claims, claim);
  if (objection !== undefined) refuse(desk, claim, objection);
  else if (crowd === undefined) {
    if (claim.unproven === undefined) evictUnproven(desk, claim);
    grant(desk, claim);
  } else desk.answer(claim, { held: false, refusal: tooMany(run, claim, crowd) });
  // The claim it had before may have been larger.
  shrink(run, claim);
  grantWaiting(desk);
}

/** A policy that only plans claims nothing, and learns what it would collide with. */
function settleProbe(desk: Desk, claim: Claim, objection: Objection | undefined): void {
  const { run, answer } = desk;
  if (objection === undefined) answer(claim, { held: true, since: claim.since });
  else answer(claim, { held: false, refusal: conflict(objection) });
  run.claims = withoutPolicy(run.claims, claim.policy);
  run.waiting = withoutPolicy(run.waiting, claim.policy);
  grantWaiting(desk);
}

/** Those that held something without the rights to it wait from now on. */
function evictUnproven(desk: Desk, claim: Claim): void {
  const { run } = desk;
  for (const held of run.claims) {
    const collision = objectionTo(held, [claim]);
    if (collision === undefined) continue;
    run.claims = withoutPolicy(run.claims, held.policy);
    keepWaiting(run, held);
    desk.answer(held, { held: false, evicted: true, refusal: conflict(collision) });
  }
}

/** What a policy no longer declares is free, also while it waits: two that swap their roles wait for each other. */
function shrink(run: DatabaseRun, wanted: Claim): void {
  const held = run.claims.find(({ policy }) => samePolicy(policy, wanted.policy));
  if (held === undefined || held.digest === wanted.digest) return;
  const rest = remainder(held, wanted);
  run.claims =
    rest === undefined ? withoutPolicy(run.claims, wanted.policy) : withClaim(run.claims, rest);
}

function settleRelease(desk: Desk, policy: ResourceRef): void {
  const { run } = desk;
  run.claims = withoutPolicy(run.claims, policy);
  run.waiting = withoutPolicy(run.waiting, policy);
  run.queue = run.queue.filter((ticket) => !samePolicy(ticket.policy, policy));
  grantWaiting(desk);
}

/** Claims of policies that are not there any more, whose release got lost, stand against nobody. */
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
  const summary = `is ${holder.namespace}/${holder.name} still there?`;
  const found = await asData(remote.policyExists.executeWithOptions({ summary }, [holder]));
  return found !== false;
}

function grant(desk: Desk, claim: Claim): void {
  const { run, answer } = desk;
  run.claims = withClaim(run.claims, claim);
  makeRoom(desk, claim);
  run.waiting = withinLimit(run, withoutPolicy(run.waiting, claim.policy));
  answer(claim, { held: true, since: claim.since });
}

/** Those without rights that no longer fit do not wait either: their policies claim again at their intervals. */
function makeRoom({ run, answer }: Desk, granted: Claim): void {
  for (const held of displaced(run.claims, granted)) {
    run.claims = withoutPolicy(run.claims, held.policy);
    answer(held, { held: false, evicted: true, refusal: tooMany(run, held, 'server') });
  }
}

function refuse({ run, answer }: Desk, claim: Claim, objection: Objection): void {
  keepWaiting(run, claim);
  answer(claim, { held: false, refusal: conflict(objection) });
}

function keepWaiting(run: DatabaseRun, claim: Claim): void {
  run.waiting = withinLimit(run, withClaim(run.waiting, claim));
}

/** Claims that find no room do not wait: their policies claim again at their intervals. First come first. */
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
    hint: 'Remove it from one of the two policies; this one then starts by itself.',
  };
}

function grantWaiting(desk: Desk): void {
  for (const claim of desk.run.waiting) {
    const { claims } = desk.run;
    if (objectionTo(claim, claims) === undefined && crowdFor(claims, claim) === undefined)
      grant(desk, claim);
  }
}

type Verdict =
  | { readonly held: true; readonly since: string }
  | { readonly held: false; readonly refusal: RefusalRecord; readonly evicted?: true };

async function tell(server: string, { policy, digest }: Claim, verdict: Verdict): Promise<void> {
  const reply: ClaimAnswer = { server, digest, ...verdict };
  try {
    await getExternalWorkflowHandle(policyWorkflowId(policy)).signal(claimAnswered, reply);
  } catch (error) {
    if (isCancellation(error)) throw error;
    // The policy's workflow ended meanwhile: a new one claims for itself.
  }
}

function tooMany({ server }: DatabaseRun, { policy }: Claim, crowd: Crowd): RefusalRecord {
  const whose = crowd === 'server' ? '' : ` of namespace ${policy.namespace}`;
  const room = crowd === 'server' ? 'its workflow can hold' : 'a namespace may hold of its room';
  return {
    code: 'UnsupportedServer',
    message: `the policies${whose} of server ${server} name more roles and schemas than ${room}`,
    hint: 'About 20,000 names fit, two thirds of them of one namespace: let fewer policies, or shorter lists of roles, speak for this server.',
  };
}
