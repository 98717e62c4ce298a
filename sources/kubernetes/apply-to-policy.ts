import { refText } from '../resource-name.ts';
import type { PolicyHandle, PolicyRecord } from '../source.ts';
import { hasCode, isNotFound } from './api/api-error.ts';
import type { ApiClient } from './api/client.ts';
import { readPolicy } from './policies.ts';
import { partsOf } from './policy-object.ts';
import { policyType } from './resource.ts';
import { apiTrouble } from './trouble.ts';

const mostAttempts = 5;

/** A policy as it was read, now or earlier. */
export type Read = Pick<PolicyRecord, 'ref' | 'version' | 'status' | 'observed' | 'revision'>;

interface Application {
  readonly path: string;
  /** For messages, e.g. `write the status of`. */
  readonly doing: string;
  /** What to apply to it besides its type, at the revision that was read. Undefined when there is nothing to be done. */
  readonly body: (read: Read) => object | undefined;
}

/**
 * Server-side apply to the policy that was read, and to no other of its name: the API server takes a uid for no condition
 * of an apply, so it is the resourceVersion, and whoever is refused looks whose it is now. Does nothing when it is gone,
 * else answers what became of it.
 */
export async function applyToPolicy(
  client: ApiClient,
  policy: PolicyHandle,
  { path, doing, body }: Application,
): Promise<unknown> {
  let read = known(policy);
  for (let attempt = 1; ; attempt += 1) {
    read ??= await readAgain(client, policy);
    const wanted = read === undefined ? undefined : body(read);
    if (wanted === undefined) return undefined;
    try {
      return await client.apply(path, { ...policyType, ...wanted });
    } catch (error) {
      if (isNotFound(error)) return undefined;
      if (!hasCode(error, 409) || attempt === mostAttempts) {
        throw apiTrouble(`${doing} policy ${refText(policy.ref)}`, error);
      }
      read = undefined;
    }
  }
}

function known(policy: PolicyHandle): Read | undefined {
  const { status, revision } = policy;
  return status === undefined || revision === undefined ? undefined : { ...policy, status };
}

/** Undefined when the policy is gone, or another has its name. */
async function readAgain(client: ApiClient, policy: PolicyHandle): Promise<Read | undefined> {
  const record = await readPolicy(client, policy.ref);
  return record !== undefined && isSameObject(record.version, policy.version) ? record : undefined;
}

export function isSameObject(one: string, other: string): boolean {
  return partsOf(one).uid === partsOf(other).uid;
}
