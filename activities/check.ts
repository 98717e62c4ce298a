import { checkDatabase } from '../postgres/check.ts';
import { secretVersions } from '../sources/secrets-used.ts';
import { refusedBy, refusalAsData } from './boundary.ts';
import { claimDigest } from './claims.ts';
import type { CheckOutcome, CheckRequest, Mark } from './contract.ts';
import type { ActivityDeps } from './deps.ts';
import { databaseOf, inputsOf, readPolicy, type ReadyPolicy } from './target.ts';
import { Refusal } from '../core/refusal.ts';

/** One round trip to the database when nothing happened. A suspended policy's database is not touched. */
export function check(deps: ActivityDeps, { ref, last }: CheckRequest): Promise<CheckOutcome> {
  return refusalAsData(async () => {
    const policy = await readPolicy(deps, ref);
    if (policy === undefined) return { kind: 'gone' };
    const intervalSeconds = policy.spec.interval;
    deps.metrics.lookedAt(ref, intervalSeconds);
    if (policy.spec.suspend) return { kind: 'suspended', intervalSeconds };
    try {
      return await look(deps, policy, last);
    } catch (error) {
      if (error instanceof Refusal) return refusedBy(error, intervalSeconds);
      throw error;
    }
  });
}

async function look(
  deps: ActivityDeps,
  policy: ReadyPolicy,
  last: Mark | undefined,
): Promise<CheckOutcome> {
  const secrets = await secretVersions(deps.source, policy.record);
  const { identity, server, fingerprint } = await checkDatabase(
    await databaseOf(deps, policy),
    policy.graph,
  );
  const mark: Mark = {
    server: identity.server,
    inputs: inputsOf(policy, secrets, server),
    fingerprint,
  };
  if (last !== undefined && sameMark(mark, last)) return { kind: 'unchanged' };
  return {
    kind: 'differs',
    mark,
    database: identity.database,
    claim: claimDigest(identity, policy.graph),
    mode: policy.spec.mode,
    intervalSeconds: policy.spec.interval,
  };
}

function sameMark(left: Mark, right: Mark): boolean {
  return (
    left.server === right.server &&
    left.inputs === right.inputs &&
    left.fingerprint === right.fingerprint
  );
}
