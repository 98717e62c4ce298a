import { isDeepStrictEqual } from 'node:util';
import type { PolicyHandle, StatusChange } from '../source.ts';
import type { ApiClient } from './api/client.ts';
import { applyToPolicy, isSameObject, type Read } from './apply-to-policy.ts';
import { policyPath } from './paths.ts';
import { partsOf } from './policy-object.ts';
import { encodeStatus } from './status.ts';

/** Writes the status of the policy that was read: see PolicySource. */
export async function writeStatus(
  client: ApiClient,
  policy: PolicyHandle,
  change: StatusChange,
  seen?: string,
): Promise<void> {
  await applyToPolicy(client, policy, {
    path: `${policyPath(policy.ref)}/status`,
    doing: 'write the status of',
    body: (read) => changed(read, change, seen),
  });
}

/** Undefined when nothing is, or when another object was seen than is there. */
function changed(
  { ref, version, status, observed, revision }: Read,
  change: StatusChange,
  seen: string | undefined,
): object | undefined {
  if (seen !== undefined && !isSameObject(seen, version)) return undefined;
  const next = change(status);
  const generation = seen === undefined ? observed : partsOf(seen).generation;
  if (generation === observed && isDeepStrictEqual(next, status)) return undefined;
  const metadata = { ...ref, resourceVersion: revision };
  return { metadata, status: encodeStatus(next, generation) };
}
