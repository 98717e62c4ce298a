import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { refText } from '../resource-name.ts';
import type { PolicyHandle, StatusChange } from '../source.ts';
import { isNotFound } from './api/api-error.ts';
import type { ApiClient } from './api/client.ts';
import { applyToPolicy, isSameObject, type Read } from './apply-to-policy.ts';
import { policyPath } from './paths.ts';
import { partsOf } from './policy-object.ts';
import { encodeStatus } from './status.ts';
import { apiTrouble } from './trouble.ts';

/** Writes the status of the policy that was read: see PolicySource. */
export async function writeStatus(
  client: ApiClient,
  policy: PolicyHandle,
  change: StatusChange,
  seen?: string,
): Promise<void> {
  const path = `${policyPath(policy.ref)}/status`;
  const doing = 'write the status of';
  let wanted: object | undefined;
  const answer = await applyToPolicy(client, policy, {
    path,
    doing,
    body: (read) => {
      const body = changed(read, change, seen);
      wanted = body?.status;
      return body;
    },
  });
  if (wanted === undefined) return;
  try {
    await takeAway(client, path, answer, wanted);
  } catch (error) {
    if (!isNotFound(error)) throw apiTrouble(`${doing} policy ${refText(policy.ref)}`, error);
  }
}

/** Undefined if nothing changes, or if the object is not the one that was read. */
function changed(
  { ref, version, status, observed, revision }: Read,
  change: StatusChange,
  seen: string | undefined,
) {
  if (seen !== undefined && !isSameObject(seen, version)) return undefined;
  const next = change(status);
  const generation = seen === undefined ? observed : partsOf(seen).generation;
  if (generation === observed && isDeepStrictEqual(next, status)) return undefined;
  const metadata = { ...ref, resourceVersion: revision };
  return { metadata, status: encodeStatus(next, generation) };
}

const answerSchema = z.object({
  metadata: z.object({ resourceVersion: z.string() }),
  status: z.record(z.string(), z.unknown()).default({}),
});

/**
 * An apply keeps fields that someone else wrote, for example by editing a status or restoring it from a copy. These
 * must be removed, because pgwarden would recall a claim from them that is not held.
 */
async function takeAway(
  client: ApiClient,
  path: string,
  answer: unknown,
  wanted: object,
): Promise<void> {
  const { data } = answerSchema.safeParse(answer);
  if (data === undefined) return;
  const plain: unknown = JSON.parse(JSON.stringify(wanted));
  const status = mergePatch(data.status, plain);
  if (status === undefined) return;
  const { resourceVersion } = data.metadata;
  await client.merge(path, { metadata: { resourceVersion }, status });
}

/** The JSON merge patch from one value to the other; undefined if they are equal. */
function mergePatch(stored: unknown, wanted: unknown): unknown {
  if (!isRecord(stored) || !isRecord(wanted))
    return isDeepStrictEqual(stored, wanted) ? undefined : wanted;
  const patches = Object.keys({ ...stored, ...wanted }).flatMap((key) => {
    const patch = key in wanted ? mergePatch(stored[key], wanted[key]) : null;
    return patch === undefined ? [] : [[key, patch] as const];
  });
  return patches.length === 0 ? undefined : Object.fromEntries(patches);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
