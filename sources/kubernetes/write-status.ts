import { isDeepStrictEqual } from 'node:util';
import { refText } from '../resource-name.ts';
import type { PolicyHandle, PolicyRecord, StatusChange } from '../source.ts';
import { hasCode, isNotFound } from './api/api-error.ts';
import type { ApiClient } from './api/client.ts';
import { policyPath } from './paths.ts';
import { readPolicy } from './policies.ts';
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
  policy: PolicyHandle,
  change: StatusChange,
  seen?: string,
): Promise<void> {
  const { ref } = policy;
  let read = known(policy);
  for (let attempt = 1; ; attempt += 1) {
    read ??= await readAgain(client, policy);
    const body = read === undefined ? undefined : changed(read, change, seen);
    if (body === undefined) return;
    try {
      await client.apply(`${policyPath(ref)}/status`, { ...policyType, ...body });
      return;
    } catch (error) {
      if (isNotFound(error)) return;
      if (!hasCode(error, 409) || attempt === mostAttempts) {
        throw apiTrouble(`write the status of policy ${refText(ref)}`, error);
      }
      read = undefined;
    }
  }
}

type Read = Pick<PolicyRecord, 'ref' | 'version' | 'status' | 'observed' | 'revision'>;

function known(policy: PolicyHandle): Read | undefined {
  const { status, revision } = policy;
  return status === undefined || revision === undefined ? undefined : { ...policy, status };
}

/** Undefined when the policy is gone, or another has its name. */
async function readAgain(client: ApiClient, policy: PolicyHandle): Promise<Read | undefined> {
  const record = await readPolicy(client, policy.ref);
  return record !== undefined && isSameObject(record.version, policy.version) ? record : undefined;
}

function isSameObject(one: string, other: string): boolean {
  return partsOf(one).uid === partsOf(other).uid;
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
