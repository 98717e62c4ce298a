import { refText } from '../resource-name.ts';
import type { PolicyHandle, PolicyStatus } from '../source.ts';
import { hasCode, isNotFound } from './api/api-error.ts';
import type { ApiClient } from './api/client.ts';
import { policyPath } from './paths.ts';
import { readObject } from './policies.ts';
import { partsOf } from './policy-object.ts';
import { policyType } from './resource.ts';
import { encodeStatus } from './status.ts';
import { apiTrouble } from './trouble.ts';

const mostAttempts = 5;

/**
 * Writes the status of the policy that was read, and of no other of its name: the API server takes a uid for no
 * condition of an apply, so it is the resourceVersion, and whoever is refused looks whose it is now.
 */
export async function writeStatus(
  client: ApiClient,
  { ref, version, revision: read }: PolicyHandle,
  status: PolicyStatus,
): Promise<void> {
  const { uid, generation } = partsOf(version);
  const encoded = encodeStatus(status, generation);
  let revision = read;
  for (let attempt = 1; ; attempt += 1) {
    revision ??= await revisionOf(client, ref, uid);
    if (revision === undefined) return;
    const metadata = { ...ref, resourceVersion: revision };
    try {
      await client.apply(`${policyPath(ref)}/status`, { ...policyType, metadata, status: encoded });
      return;
    } catch (error) {
      if (isNotFound(error)) return;
      if (!hasCode(error, 409) || attempt === mostAttempts) {
        throw apiTrouble(`write the status of policy ${refText(ref)}`, error);
      }
      revision = undefined;
    }
  }
}

/** Undefined when the policy is gone, or another has its name. */
async function revisionOf(
  client: ApiClient,
  ref: PolicyHandle['ref'],
  uid: string,
): Promise<string | undefined> {
  const object = await readObject(client, ref);
  return object?.metadata.uid === uid ? object.metadata.resourceVersion : undefined;
}
