import type { PolicyHandle } from '../source.ts';
import type { ApiClient } from './api/client.ts';
import { applyToPolicy } from './apply-to-policy.ts';
import { policyPath } from './paths.ts';
import { keptFinalizer } from './policy-object.ts';

/**
 * Has a policy that is deleted stay until it is let go, or lets it go. An apply that names no finalizer takes away
 * the one that we applied before; those of others stay.
 */
export function keep(client: ApiClient, policy: PolicyHandle, kept: boolean): Promise<void> {
  const finalizers = kept ? [keptFinalizer] : [];
  return applyToPolicy(client, policy, {
    path: policyPath(policy.ref),
    doing: kept ? 'put a finalizer on' : 'take the finalizer off',
    body: ({ ref, revision }) => ({
      metadata: { ...ref, resourceVersion: revision, finalizers },
    }),
  });
}
