import type { ServerFacts } from '../core/live.ts';
import { checkDatabase } from '../postgres/check.ts';
import type { Database } from '../postgres/pool.ts';
import type { Attempt } from './attempt.ts';
import { claimDigest, isRecorded } from './claims.ts';
import type { ApplyRequest } from './contract.ts';
import type { Gone, Stale } from './outcome.ts';
import type { ActivityDeps } from './deps.ts';
import { staleAsLeft } from './leaving.ts';
import { withDatabase } from './reach.ts';
import { type ReadyPolicy, readPolicy } from './ready-policy.ts';
import type { Connected } from './target.ts';

/** A policy whose database a ticket may change now. */
export interface Ready extends Pick<Connected, 'database' | 'bounds' | 'rules'> {
  readonly policy: ReadyPolicy;
  readonly server: ServerFacts;
}

/** Runs work on the policy's database if the policy is still the one the ticket was issued for. */
export async function whenReady<T>(
  deps: ActivityDeps,
  request: ApplyRequest,
  attempt: Attempt,
  work: (ready: Ready) => Promise<T>,
): Promise<T | Gone | Stale> {
  const policy = await readPolicy(deps, request.ticket.policy);
  if (policy === undefined) return { kind: 'gone' };
  const left = staleAsLeft(policy, deps.now());
  if (left !== undefined) return left;
  return withDatabase(deps, policy, attempt, async ({ database, bounds, rules }) => {
    const checked = await checkStale(database, policy, request);
    if (typeof checked === 'string') return { kind: 'stale', why: checked };
    return work({ policy, database, bounds, rules, server: checked });
  });
}

/** A ticket is valid for one server and one claim. Returns why it is stale, or the facts of the server. */
async function checkStale(
  database: Database,
  policy: ReadyPolicy,
  { server, ticket }: ApplyRequest,
): Promise<string | ServerFacts> {
  if (policy.spec.suspend) return 'the policy has been suspended';
  if (policy.spec.mode === 'plan') return 'the policy is now in mode plan';
  const { identity, server: facts } = await checkDatabase(database, policy.graph);
  if (identity.server !== server) return 'the policy now connects to another server';
  if (claimDigest(identity, policy.graph) !== ticket.claim)
    return 'the policy now declares other roles or schemas';
  if (!isRecorded(policy.record.status, identity, policy.graph))
    return 'the status does not record the claim of the policy';
  return facts;
}
