import { createHash } from 'node:crypto';
import { connectionRefusal, policyRefusalInParts } from '../core/bounds/check.ts';
import type { ResourceRef } from '../core/document/document.ts';
import { inTurns } from '../core/in-turns.ts';
import type { RoleGraph } from '../core/graph.ts';
import type { ServerFacts } from '../core/kind.ts';
import type { PolicySpec } from '../core/document/policy.ts';
import type { Refusal } from '../core/refusal.ts';
import { withNameCheck } from '../postgres/name-check.ts';
import type { Database } from '../postgres/pool.ts';
import { targetFromUrl } from '../postgres/target.ts';
import type { NamespaceBounds } from '../sources/bounds-file.ts';
import { resolveConnection, type ResolvedConnection } from '../sources/connection.ts';
import type { PolicyRecord } from '../sources/source.ts';
import { subjectOf } from './bounds.ts';
import type { ActivityDeps } from './deps.ts';

/** A policy that may be worked on. */
export interface ReadyPolicy {
  readonly ref: ResourceRef;
  readonly record: PolicyRecord;
  readonly spec: PolicySpec;
  readonly graph: RoleGraph;
}

/** Undefined when the policy is not there. Throws its Refusal when it is invalid. */
export async function readPolicy(
  deps: ActivityDeps,
  ref: ResourceRef,
): Promise<ReadyPolicy | undefined> {
  const record = await deps.source.readPolicy(ref);
  return record === undefined ? undefined : readyPolicy(record);
}

/** Throws the Refusal of an invalid one. */
export function readyPolicy(record: PolicyRecord): ReadyPolicy {
  const { ref, content } = record;
  if ('refusal' in content) throw content.refusal;
  return { ref, record, ...content };
}

/** A database that a policy may be held against, and what decided that. */
export interface Connected extends Pick<ResolvedConnection, 'versions'> {
  readonly database: Database;
  readonly bounds: NamespaceBounds['version'];
  /** What the server's own facts are held against, right before anything is changed. */
  readonly rules: NamespaceBounds['rules'];
}

/**
 * The one way to a policy's database, with the version of every Secret the connection was made of, by name. No Secret is
 * read for a policy that is out of its bounds, no token is asked for, and nothing is connected to. Throws its Refusal.
 */
export async function connectionOf(
  { source, pools, tokens, bounds }: Pick<ActivityDeps, 'source' | 'pools' | 'tokens' | 'bounds'>,
  policy: ReadyPolicy,
): Promise<Connected> {
  const { rules, version } = await bounds.boundsOf(policy.ref.namespace);
  const subject = subjectOf(policy);
  throwAny(await inTurns(policyRefusalInParts(rules, subject)));
  const connection = await resolveConnection(source, policy.record, targetFromUrl);
  const { target, versions } = connection;
  throwAny(connectionRefusal(rules, subject, target));
  // No cloud is asked for a token to a server that is out of bounds.
  const login = await tokens.withToken(connection);
  // The bounds hold for the names that the server has, whatever a pooler made of those of the connection.
  const database = withNameCheck(pools.get(login), (names) => {
    const point = { ...target, user: names.login, database: names.database };
    throwAny(connectionRefusal(rules, subject, point));
  });
  return { database, versions, bounds: version, rules };
}

function throwAny(refusal: Refusal | undefined): void {
  if (refusal !== undefined) throw refusal;
}

/** Who we are on the server, and within which bounds. */
type Standing = Pick<ServerFacts, 'major' | 'user' | 'superuser'> & Pick<Connected, 'bounds'>;

/** What decides a plan beside the catalog: equal inputs and an equal fingerprint mean an equal plan. */
export function inputsOf(
  { record }: ReadyPolicy,
  secrets: Readonly<Record<string, string>>,
  { major, user, superuser, bounds }: Standing,
): string {
  const known = bounds === undefined ? [] : [bounds];
  const inputs = [record.version, Object.entries(secrets).sort(), major, user, superuser, ...known];
  return createHash('sha256').update(JSON.stringify(inputs)).digest('hex').slice(0, 32);
}
