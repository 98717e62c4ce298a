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
import type { DatabaseRun } from './database-state.ts';
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
  for (const request of run.inbox.splice(0, batchSize)) {
    if (request.kind === 'claim') await settleClaim({ run, answer }, request.claim);
    else settleRelease({ run, answer }, request.policy);
  }
  await Promise.all(answers);
}

/** Grants a claim nobody stands against. A refused one waits, and its policy keeps what it held of it before. */
async function settleClaim(desk: Desk, claim: Claim): Promise<void> {
  const { run } = desk;
  const objection = await standingObjection(run, claim);
  if (objection !== undefined) refuse(desk, claim, objection);
  else if (fits(run, claim)) grant(desk, claim);
  else desk.answer(claim, { held: false, refusal: tooMany(run.server) });
  // The claim it had before may have been larger.
  shrink(run, claim);
  grantWaiting(desk);
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
  for (;;) {
    const objection = objectionTo(claim, run.claims);
    if (objection === undefined || (await exists(objection.holder))) return objection;
    run.claims = withoutPolicy(run.claims, objection.holder);
  }
}

async function exists(holder: ResourceRef): Promise<boolean> {
  const summary = `is ${holder.namespace}/${holder.name} still there?`;
  const found = await asData(remote.policyExists.executeWithOptions({ summary }, [holder]));
  return found !== false;
}

function grant({ run, answer }: Desk, claim: Claim): void {
  run.claims = withClaim(run.claims, claim);
  run.waiting = withoutPolicy(run.waiting, claim.policy);
  answer(claim, { held: true, since: claim.since });
}

function refuse({ run, answer }: Desk, claim: Claim, { holder, item, how }: Objection): void {
  run.waiting = withClaim(run.waiting, claim);
  const refusal: RefusalRecord = {
    code: 'ConflictingPolicy',
    message: `${item} is ${how} by policy ${holder.namespace}/${holder.name}`,
    hint: 'Remove it from one of the two policies; this one then starts by itself.',
  };
  answer(claim, { held: false, refusal });
}

function grantWaiting(desk: Desk): void {
  for (const claim of desk.run.waiting) {
    if (objectionTo(claim, desk.run.claims) === undefined) grant(desk, claim);
  }
}

type Verdict =
  | { readonly held: true; readonly since: string }
  | { readonly held: false; readonly refusal: RefusalRecord };

async function tell(server: string, { policy, digest }: Claim, verdict: Verdict): Promise<void> {
  const reply: ClaimAnswer = { server, digest, ...verdict };
  try {
    await getExternalWorkflowHandle(policyWorkflowId(policy)).signal(claimAnswered, reply);
  } catch (error) {
    if (isCancellation(error)) throw error;
    // The policy's workflow ended meanwhile: a new one claims for itself.
  }
}

/**
 * Bytes of claims one server's workflow takes. Temporal refuses payloads over 2 MiB, and the state is one payload.
 * 1,000 policies of 10 roles with the longest names PostgreSQL has are 0.9 MB.
 */
const mostClaimed = 1_500_000;

function fits({ claims, waiting }: DatabaseRun, claim: Claim): boolean {
  const others = [...withoutPolicy(claims, claim.policy), ...withoutPolicy(waiting, claim.policy)];
  return sizeOf(claim) + others.reduce((sum, each) => sum + sizeOf(each), 0) <= mostClaimed;
}

/** Close to the JSON's length without making it: this runs for every claim. */
function sizeOf(claim: Claim): number {
  const { roles, schemas, groups = [], exclusive = [], named = [], external = [] } = claim;
  const lists = [roles, schemas, groups, exclusive, named, external, claim.members ?? []];
  return lists.flat().reduce((sum, name) => sum + name.length + 3, 300);
}

function tooMany(server: string): RefusalRecord {
  return {
    code: 'UnsupportedServer',
    message: `the policies of server ${server} name more roles and schemas than its workflow can hold`,
    hint: 'About 20,000 names fit: let fewer policies, or shorter lists of roles, speak for this server.',
  };
}
