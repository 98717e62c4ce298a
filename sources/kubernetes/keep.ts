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
 * Sets or removes our finalizer. An apply without finalizers removes the one that we applied before; those of others
 * stay.
 */
export async function keep(client: ApiClient, policy: PolicyHandle, kept: boolean): Promise<void> {
  const finalizers = kept ? [keptFinalizer] : [];
  const answer = await applyToPolicy(client, policy, {
    path: policyPath(policy.ref),
    doing: kept ? 'add the finalizer to' : 'remove the finalizer from',
    body: ({ ref, revision }) => ({
      metadata: { ...ref, resourceVersion: revision, finalizers },
    }),
  });
  if (!kept) await removeForeignFinalizer(client, policy, answer);
}

const answerSchema = z.object({
  metadata: z.object({
    resourceVersion: z.string(),
    finalizers: z.array(z.string()).default([]),
  }),
});

/**
 * Someone else may have written our finalizer, too, for example when a policy was restored from a copy. An apply does
 * not remove that one.
 */
async function removeForeignFinalizer(
  client: ApiClient,
  { ref }: PolicyHandle,
  answer: unknown,
): Promise<void> {
  const { data } = answerSchema.safeParse(answer);
  if (data?.metadata.finalizers.includes(keptFinalizer) !== true) return;
  const { resourceVersion } = data.metadata;
  const finalizers = data.metadata.finalizers.filter((name) => name !== keptFinalizer);
  try {
    await client.merge(policyPath(ref), { metadata: { resourceVersion, finalizers } });
  } catch (error) {
    if (isNotFound(error)) return;
    throw apiTrouble(`remove the finalizer from policy ${refText(ref)}`, error);
  }
}
