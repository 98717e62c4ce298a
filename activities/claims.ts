import { createHash } from 'node:crypto';
import { claimsOf, isPartOf, type Claimed } from '../core/claims.ts';
import type { ResourceRef } from '../core/document/document.ts';
import type { RoleGraph } from '../core/graph.ts';
import { Refusal } from '../core/refusal.ts';
import type { DatabaseIdentity } from '../postgres/contract.ts';
import type { PolicyStatus } from '../sources/source.ts';
import { refusalAsData } from './boundary.ts';
import type {
  Claim,
  ClaimRequest,
  ClaimSent,
  ReadClaimRequest,
  RecordClaimRequest,
  Recorded,
  ReleaseRequest,
} from './contract.ts';
import type { Done, Gone, Refused } from './outcome.ts';
import type { ActivityDeps } from './deps.ts';
import { identityText, parseIdentity } from './identity.ts';
import { claimedIn, recordDigest, withClaim, withoutClaim } from './status/claimed.ts';
import { readPolicy } from './ready-policy.ts';

/** Hash of what is claimed on which database. */
export function claimDigest(identity: DatabaseIdentity, graph: RoleGraph): string {
  return digestOf(identity, claimsOf(graph));
}

function digestOf(
  { server, database }: DatabaseIdentity,
  { roles, schemas, ...beside }: Claimed,
): string {
  const said = Object.entries(beside).sort(([left], [right]) => (left < right ? -1 : 1));
  const claimed = [server, database, roles, schemas, ...said];
  return createHash('sha256').update(JSON.stringify(claimed)).digest('hex').slice(0, 16);
}

export function claim(
  deps: ActivityDeps,
  { ref, server, database, unproven, probe }: ClaimRequest,
): Promise<ClaimSent> {
  return refusalAsData(async () => {
    const policy = await readPolicy(deps, ref);
    if (policy === undefined) return { kind: 'gone' };
    const identity = { server, database };
    const wanted = claimsOf(policy.graph);
    const since = knownSince(policy.record.status, identity, wanted) ?? deps.now().toISOString();
    const digest = claimDigest(identity, policy.graph);
    const standing = { ...(unproven && { unproven }), ...(probe && { probe }) };
    const claimed = { policy: ref, digest, since, database, ...wanted, ...standing };
    refuseLarge(claimed);
    await deps.databases.claim(server, forSignal(claimed));
    const recorded = serverOf(policy.record.status);
    const moved = recorded !== undefined && recorded !== server;
    return { kind: 'sent', digest, ...(moved ? { elsewhere: recorded } : {}) };
  });
}

/** A signal is one payload, which Temporal limits to 2 MiB, and it is sent again until the workflow answers. */
const largestClaim = 600_000;

function refuseLarge(claimed: Claim): void {
  const size = byteSize(claimed);
  if (size <= largestClaim) return;
  throw new Refusal(
    'PolicyTooLarge',
    `the role and schema names of this policy take ${String(size)} bytes; one policy may claim at most ${String(largestClaim)}`,
    'Split the policy into several policies, each with some of the roles and schemas.',
  );
}

function byteSize(claimed: Claim): number {
  return Buffer.byteLength(JSON.stringify(claimed));
}

/** Every signal stays in the history of the server's workflow, so the signals of hundreds of policies must fit. */
const largestInSignal = 4_000;

function forSignal(claimed: Claim): Claim {
  const listBytes = byteSize(claimed);
  if (listBytes <= largestInSignal) return claimed;
  const { policy, digest, since, database, unproven, probe } = claimed;
  const standing = { ...(unproven && { unproven }), ...(probe && { probe }) };
  return { policy, digest, since, database, roles: [], schemas: [], listBytes, ...standing };
}

/** Returns the lists that `forSignal` left out of the signal. */
export function readClaim(
  deps: ActivityDeps,
  { ref, server, database, digest }: ReadClaimRequest,
): Promise<Claimed | Gone | Refused> {
  return refusalAsData(async () => {
    const policy = await readPolicy(deps, ref);
    const identity = { server, database };
    if (policy === undefined || claimDigest(identity, policy.graph) !== digest)
      return { kind: 'gone' };
    return claimsOf(policy.graph);
  });
}

/** A claim that is part of the recorded claim keeps the time of the recorded one. */
function knownSince(
  status: PolicyStatus,
  identity: DatabaseIdentity,
  wanted: Claimed,
): string | undefined {
  if (status.managed_database_identity !== identityText(identity)) return undefined;
  return isPartOf(wanted, claimedIn(status)) ? status.claimed_since : undefined;
}

/**
 * Records the claim in the status. Nothing may be changed before this, because an unrecorded claim cannot be recalled.
 */
export function recordClaim(
  deps: ActivityDeps,
  request: RecordClaimRequest,
): Promise<Recorded | Refused> {
  return refusalAsData(async () => {
    const { ref, server, database, digest, since, unproven } = request;
    const policy = await readPolicy(deps, ref);
    if (policy === undefined) return done;
    const identity = { server, database };
    // The policy has changed: the next pass claims what it declares now.
    if (claimDigest(identity, policy.graph) !== digest) return done;
    const record = {
      identity: identityText(identity),
      claimed: claimsOf(policy.graph),
      since,
      unproven: unproven === true,
    };
    await deps.source.writeStatus(policy.record, (status) => withClaim(status, record));
    return { kind: 'done', recorded: recordDigest(withClaim(policy.record.status, record)) };
  });
}

/** Whether the status records the whole claim, so that it can be recalled if the workflow is lost. */
export function isRecorded(
  status: PolicyStatus,
  identity: DatabaseIdentity,
  graph: RoleGraph,
): boolean {
  if (status.managed_database_identity !== identityText(identity)) return false;
  if (status.claimed_since === undefined) return false;
  return digestOf(identity, claimedIn(status)) === claimDigest(identity, graph);
}

const done: Done = { kind: 'done' };

/**
 * Clears the status first: if the claim could still be recalled after another policy got it, both policies would
 * conflict.
 */
export async function release(deps: ActivityDeps, { ref, server }: ReleaseRequest): Promise<Done> {
  const record = await deps.source.readPolicy(ref);
  if (record !== undefined) {
    await deps.source.writeStatus(record, (status) =>
      serverOf(status) === server ? withoutClaim(status) : status,
    );
  }
  await deps.databases.release(server, ref);
  return done;
}

/** The claims recorded in the statuses of existing policies. Invalid policies keep their claims. */
export async function recallClaims(deps: ActivityDeps, server: string): Promise<readonly Claim[]> {
  const claims: Claim[] = [];
  for await (const { ref, status } of deps.source.statuses()) {
    const claim = serverOf(status) === server ? recordedClaim(ref, status) : undefined;
    if (claim !== undefined) claims.push(claim);
  }
  return claims.sort((left, right) => (left.since < right.since ? -1 : 1));
}

export function serverOf(status: PolicyStatus): string | undefined {
  return parseIdentity(status.managed_database_identity)?.server;
}

function recordedClaim(policy: ResourceRef, status: PolicyStatus): Claim | undefined {
  const identity = parseIdentity(status.managed_database_identity);
  const { claimed_since: since } = status;
  if (identity === undefined || since === undefined) return undefined;
  const claimed = claimedIn(status);
  const digest = digestOf(identity, claimed);
  const standing = status.claim_unproven === true ? ({ unproven: true } as const) : {};
  return { policy, digest, since, database: identity.database, ...claimed, ...standing };
}

export async function policyExists(deps: ActivityDeps, ref: ResourceRef): Promise<boolean> {
  return (await deps.source.readPolicy(ref)) !== undefined;
}
