import type { Subject } from '../core/bounds/subject.ts';
import { revocationOf } from '../core/plan/revocation.ts';
import type { ReadyPolicy } from './ready-policy.ts';
import { createHash } from 'node:crypto';
import { connectionRefusal, policyRefusalInParts } from '../core/bounds/check.ts';
import { inTurns } from '../core/in-turns.ts';
import type { ServerFacts } from '../core/live.ts';
import type { Refusal } from '../core/refusal.ts';
import { type SessionNames, withNameCheck } from '../postgres/name-check.ts';
import type { Database } from '../postgres/pool.ts';
import type { NamespaceBounds } from '../sources/bounds-file.ts';
import { resolveConnection, type ResolvedConnection } from '../sources/connection.ts';
import type { ActivityDeps } from './deps.ts';
import { throwIfElsewhere } from './zone.ts';

/** The database of a policy, after its bounds were checked. */
export interface Connected extends Pick<ResolvedConnection, 'versions'> {
  /** Refuses a session with names that are out of bounds. */
  readonly database: Database;
  /** The same without that check. Policies with the same connection share it. */
  readonly pool: Database;
  readonly admit: (names: SessionNames) => void;
  readonly bounds: NamespaceBounds['version'];
  /** The bounds that the facts of the server are checked against, right before anything is changed. */
  readonly rules: NamespaceBounds['rules'];
}

/**
 * The only way to get a policy's database, with the version of each Secret that the connection uses. If the policy is
 * out of bounds, or in a zone of other workers, it throws a Refusal before it reads a Secret, requests a token or connects.
 */
export async function connectionOf(
  deps: Pick<ActivityDeps, 'source' | 'pools' | 'tokens' | 'bounds' | 'zones'>,
  policy: ReadyPolicy,
): Promise<Connected> {
  const { source, pools, tokens, bounds } = deps;
  throwIfElsewhere(deps, policy);
  const { rules, version } = await bounds.boundsOf(policy.ref.namespace);
  const subject = subjectOf(policy);
  throwAny(await inTurns(policyRefusalInParts(rules, subject)));
  const connection = await resolveConnection(source, policy.record);
  const { target, versions } = connection;
  throwAny(connectionRefusal(rules, subject, target));
  // Request no cloud token for a server that is out of bounds.
  const login = await tokens.withToken(connection);
  // The bounds apply to the names that the server reports, because a pooler may change those of the
  // connection.
  const admit = (names: SessionNames) => {
    const point = { ...target, user: names.login, database: names.database };
    throwAny(connectionRefusal(rules, subject, point));
  };
  const pool = pools.get(login);
  return { database: withNameCheck(pool, admit), pool, admit, versions, bounds: version, rules };
}

function throwAny(refusal: Refusal | undefined): void {
  if (refusal !== undefined) throw refusal;
}

/** The connected role on the server, and the bounds. */
type Standing = Pick<ServerFacts, 'major' | 'user' | 'superuser'> & Pick<Connected, 'bounds'>;

/**
 * Hash of everything that decides a plan except the catalog: equal inputs and an equal fingerprint mean an equal plan.
 */
export function inputsOf(
  { record }: ReadyPolicy,
  secrets: Readonly<Record<string, string>>,
  { major, user, superuser, bounds }: Standing,
): string {
  const known = bounds === undefined ? [] : [bounds];
  const inputs = [record.version, Object.entries(secrets).sort(), major, user, superuser, ...known];
  return createHash('sha256').update(JSON.stringify(inputs)).digest('hex').slice(0, 32);
}

/**
 * What the bounds check: the policy's spec and role graph. A deleted policy may only revoke what it granted from the
 * roles its status says it owned, even if the bounds have changed since. Naming a role in the spec proves nothing.
 */
function subjectOf({ record, spec, graph }: ReadyPolicy): Subject {
  if (record.deletedAt === undefined) return { spec, graph };
  const owned = new Set(record.status.owned_roles);
  return { spec, graph: revocationOf(graph), leaving: { owned } };
}
