import type { ResourceRef } from '../../core/document/document.ts';
import { isResourceRef, refText } from '../resource-name.ts';
import type { PolicyRecord } from '../source.ts';
import { isNotFound } from './api/api-error.ts';
import type { ApiClient } from './api/client.ts';
import { listed, metadataOnly } from './api/list.ts';
import { paths, policyPath } from './paths.ts';
import { decodePolicy, recordOf, secretNamesIn, type PolicyObject } from './policy-object.ts';
import { troubleAs } from './trouble.ts';

export async function readPolicy(
  client: ApiClient,
  ref: ResourceRef,
): Promise<PolicyRecord | undefined> {
  const object = await readObject(client, ref);
  return object === undefined ? undefined : recordOf(object);
}

/** Undefined also for one that is being deleted: whatever holds it up, it is not ours to manage any more. */
export async function readObject(
  client: ApiClient,
  ref: ResourceRef,
): Promise<PolicyObject | undefined> {
  if (!isResourceRef(ref)) return undefined;
  try {
    const object = decodePolicy(await client.get(policyPath(ref)));
    return object.metadata.deletionTimestamp === undefined ? object : undefined;
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw troubleAs('PolicyUnreadable', `read policy ${refText(ref)}`, error);
  }
}

/** `namespaces`: in those only; without any, in all. */
export async function listPolicies(
  client: ApiClient,
  namespaces: readonly string[],
): Promise<readonly ResourceRef[]> {
  const refs: ResourceRef[] = [];
  await eachPolicy(client, namespaces, metadataOnly.list, ({ metadata }) => {
    if (metadata.deletionTimestamp === undefined) {
      refs.push({ namespace: metadata.namespace, name: metadata.name });
    }
  });
  return refs;
}

/** By asking for all policies of the Secret's namespace, which a process that watches them need not. */
export async function listPoliciesUsing(
  client: ApiClient,
  { namespace, name }: ResourceRef,
): Promise<readonly ResourceRef[]> {
  const refs: ResourceRef[] = [];
  await eachPolicy(client, [namespace], undefined, (object) => {
    if (secretNamesIn(object).includes(name)) {
      refs.push({ namespace, name: object.metadata.name });
    }
  });
  return refs;
}

async function eachPolicy(
  client: ApiClient,
  namespaces: readonly string[],
  accept: string | undefined,
  take: (object: PolicyObject) => void,
): Promise<void> {
  const places = namespaces.length === 0 ? [undefined] : namespaces;
  for (const namespace of places) {
    const request = {
      path: paths.policies(namespace),
      ...(accept === undefined ? {} : { accept }),
    };
    try {
      for await (const { items } of listed(client, request)) items.map(decodePolicy).forEach(take);
    } catch (error) {
      throw troubleAs('PolicyUnreadable', 'list policies', error);
    }
  }
}
