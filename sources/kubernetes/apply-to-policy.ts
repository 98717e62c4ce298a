import { refText } from '../resource-name.ts';
import type { PolicyHandle, PolicyRecord } from '../source.ts';
import { hasCode, isNotFound } from './api/api-error.ts';
import type { ApiClient } from './api/client.ts';
import { readPolicy } from './policies.ts';
import { partsOf } from './policy-object.ts';
import { policyType } from './resource.ts';
import { apiTrouble } from './trouble.ts';

const mostAttempts = 5;

/** A policy in the version that was read, now or earlier. */
export type Read = Pick<PolicyRecord, 'ref' | 'version' | 'status' | 'observed' | 'revision'>;

interface Application {
  readonly path: string;
  /** For messages, e.g. `write the status of`. */
  readonly doing: string;
  /** What to apply to the policy at the revision that was read. Undefined if there is nothing to do. */
  readonly body: (read: Read) => object | undefined;
}

/**
 * Server-side apply to the policy that was read, and to no other one with its name. An apply cannot be conditional on a
 * uid, so it uses the resourceVersion, and reads the policy again after a conflict. Returns the result, or undefined if
 * the policy does not exist any more.
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

/** Undefined if the policy was deleted, or another one has its name. */
async function readAgain(client: ApiClient, policy: PolicyHandle): Promise<Read | undefined> {
  const record = await readPolicy(client, policy.ref);
  return record !== undefined && isSameObject(record.version, policy.version) ? record : undefined;
}

export function isSameObject(one: string, other: string): boolean {
  return partsOf(one).uid === partsOf(other).uid;
}
