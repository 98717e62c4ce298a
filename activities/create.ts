import { withSecretsReadOnce } from '../sources/secrets-read-once.ts';
import { apply, step } from './apply.ts';
import { supervised, type AttemptedActivities } from './attempt.ts';
import { atBoundary } from './boundary.ts';
import { check } from './check.ts';
import { checkTogether } from './check-together.ts';
import { claim, policyExists, readClaim, recallClaims, recordClaim, release } from './claims.ts';
import { companyOf } from './company.ts';
import type { Activities } from './contract.ts';
import type { ActivityDeps } from './deps.ts';
import { diff } from './diff.ts';
import { letGo } from './let-go.ts';
import { mirrorClaim } from './mirror-claim.ts';
import { observed } from './observed.ts';
import { report } from './report.ts';
import { secretMemory } from './secret-memory.ts';

/** Creates the activities that a worker registers. Every error leaves them as an ApplicationFailure without secrets. */
export function createActivities(deps: ActivityDeps): Activities {
  const memory = secretMemory(deps.now);
  const company = companyOf(deps.now);
  const activities: AttemptedActivities = {
    check: (request, attempt) => check(deps, request, { memory, company, attempt }),
    checkTogether: (request, attempt) => checkTogether(deps, request, { memory, company, attempt }),
    joinSharedCheck: async ({ shared, former, member }) => {
      if (former !== undefined) await deps.sharedChecks.leave(former, member.check.ref);
      await deps.sharedChecks.join(shared, member);
      return { kind: 'done' };
    },
    claim: (request) => claim(deps, request),
    readClaim: (request) => readClaim(deps, request),
    recordClaim: (request) => recordClaim(deps, request),
    mirrorClaim: (request) => mirrorClaim(deps, request),
    release: (request) => release(deps, request),
    diff: (request, attempt) => diff(reading(deps), request, attempt),
    // Idempotent: the queue keeps one ticket of a policy, however often it is sent.
    submit: async ({ server, ticket }) => {
      await deps.databases.enqueue(server, ticket);
      return { kind: 'done' };
    },
    apply: (request, attempt) => apply(reading(deps), request, attempt),
    step: (request, attempt) => step(reading(deps), request, attempt),
    letGo: (request) => letGo(deps, request),
    report: (request) => report(deps, request),
    recallClaims: (server) => recallClaims(deps, server),
    policyExists: (ref) => policyExists(deps, ref),
  };
  return atBoundary(observed(supervised(activities, deps.metrics), deps), deps);
}

/** Gives one activity a source that reads each Secret once, so that all its values come from one version. */
function reading(deps: ActivityDeps): ActivityDeps {
  return { ...deps, source: withSecretsReadOnce(deps.source) };
}
