import { z } from 'zod';
import { refText } from '../resource-name.ts';
import type { PolicyHandle } from '../source.ts';
import { isNotFound } from './api/api-error.ts';
import type { ApiClient } from './api/client.ts';
import { applyToPolicy } from './apply-to-policy.ts';
import { policyPath } from './paths.ts';
import { keptFinalizer } from './policy-object.ts';
import { apiTrouble } from './trouble.ts';

/**
 * Has a policy that is deleted stay until it is let go, or lets it go. An apply that names no finalizer takes away
 * the one that we applied before; those of others stay.
 */
export async function keep(client: ApiClient, policy: PolicyHandle, kept: boolean): Promise<void> {
  const finalizers = kept ? [keptFinalizer] : [];
  const answer = await applyToPolicy(client, policy, {
    path: policyPath(policy.ref),
    doing: kept ? 'put a finalizer on' : 'take the finalizer off',
    body: ({ ref, revision }) => ({
      metadata: { ...ref, resourceVersion: revision, finalizers },
    }),
  });
  if (!kept) await takeFrom(client, policy, answer);
}

const answerSchema = z.object({
  metadata: z.object({
    resourceVersion: z.string(),
    finalizers: z.array(z.string()).default([]),
  }),
});

/** Ours may be there by another's hand as well, as when a policy was restored from a copy: an apply leaves that. */
async function takeFrom(client: ApiClient, { ref }: PolicyHandle, answer: unknown): Promise<void> {
  const { data } = answerSchema.safeParse(answer);
  if (data?.metadata.finalizers.includes(keptFinalizer) !== true) return;
  const { resourceVersion } = data.metadata;
  const finalizers = data.metadata.finalizers.filter((name) => name !== keptFinalizer);
  try {
    await client.merge(policyPath(ref), { metadata: { resourceVersion, finalizers } });
  } catch (error) {
    if (isNotFound(error)) return;
    throw apiTrouble(`take the finalizer off policy ${refText(ref)}`, error);
  }
}
