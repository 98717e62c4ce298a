import type { ResourceRef } from '../../core/document/document.ts';
import { isResourceRef, refText } from '../resource-name.ts';
import type { PolicyRecord } from '../source.ts';
import { hasCode, isNotFound } from './api/api-error.ts';
import type { ApiClient } from './api/client.ts';
import { listed, metadataOnly } from './api/list.ts';
import { paths, policyPath } from './paths.ts';
import {
  decodePolicy,
  isOurs,
  recordOf,
  refOf,
  secretNamesIn,
  type PolicyObject,
} from './policy-object.ts';
import { decodeStatus } from './status.ts';
import { troubleAs } from './trouble.ts';

export async function readPolicy(
  client: ApiClient,
  ref: ResourceRef,
): Promise<PolicyRecord | undefined> {
  const object = await readObject(client, ref);
  return object === undefined ? undefined : await recordOf(object);
}

/** Undefined also for one that is being deleted and waits for others: it is not ours to manage any more. */
async function readObject(client: ApiClient, ref: ResourceRef): Promise<PolicyObject | undefined> {
  if (!isResourceRef(ref)) return undefined;
  try {
    const object = decodePolicy(await client.get(policyPath(ref)));
    return isOurs(object) ? object : undefined;
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw troubleAs('PolicyUnreadable', `read policy ${refText(ref)}`, error);
  }
}

/** `namespaces`: in those only; undefined, in all. */
export async function listPolicies(
  client: ApiClient,
  namespaces: readonly string[] | undefined,
): Promise<readonly ResourceRef[]> {
  const refs: ResourceRef[] = [];
  for await (const object of policiesIn(client, namespaces, { accept: metadataOnly.list })) {
    if (isOurs(object)) refs.push(refOf(object));
  }
  return refs;
}

/**
 * As many requests as there are pages of them. Of a namespace in which we may not look nothing is told: whoever may take
 * our rights there must not hold up what is done for others.
 */
export async function* listStatuses(
  client: ApiClient,
  namespaces: readonly string[] | undefined,
): AsyncGenerator<Pick<PolicyRecord, 'ref' | 'status'>> {
  for await (const object of policiesIn(client, namespaces, {
    passesForbidden: namespaces !== undefined,
  })) {
    if (isOurs(object)) yield { ref: refOf(object), status: decodeStatus(object.status) };
  }
}

/** All of a namespace, with what they say. */
export async function listRecords(
  client: ApiClient,
  namespace: string,
): Promise<readonly PolicyRecord[]> {
  const records: PolicyRecord[] = [];
  for await (const object of policiesIn(client, [namespace]))
    if (isOurs(object)) records.push(await recordOf(object));
  return records;
}

/** By asking for all policies of the Secret's namespace, which a process that watches them need not. */
export async function listPoliciesUsing(
  client: ApiClient,
  { namespace, name }: ResourceRef,
): Promise<readonly ResourceRef[]> {
  const refs: ResourceRef[] = [];
  for await (const object of policiesIn(client, [namespace])) {
    if (secretNamesIn(object).includes(name)) refs.push(refOf(object));
  }
  return refs;
}

interface ListingOptions {
  readonly accept?: string;
  /** Passes over namespaces in which we may not list. */
  readonly passesForbidden?: boolean;
}

async function* policiesIn(
  client: ApiClient,
  namespaces: readonly string[] | undefined,
  { accept, passesForbidden = false }: ListingOptions = {},
): AsyncGenerator<PolicyObject> {
  const accepting = accept === undefined ? {} : { accept };
  for (const namespace of namespaces ?? [undefined]) {
    const request = { path: paths.policies(namespace), ...accepting };
    try {
      for await (const { items } of listed(client, request)) yield* items.map(decodePolicy);
    } catch (error) {
      const isPassed = passesForbidden && hasCode(error, 403);
      if (!isPassed) throw troubleAs('PolicyUnreadable', 'list policies', error);
    }
  }
}
