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

/**
 * Also undefined for a policy that is being deleted and has only finalizers of others: we do not manage it any more.
 */
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

/** Lists the policies of `namespaces`, or of all if undefined. */
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
 * Takes one request per page. Skips namespaces that we may not list, because someone who removes our rights in one
 * namespace must not block the others.
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

/** All policies of a namespace, with their content. */
export async function listRecords(
  client: ApiClient,
  namespace: string,
): Promise<readonly PolicyRecord[]> {
  const records: PolicyRecord[] = [];
  for await (const object of policiesIn(client, [namespace]))
    if (isOurs(object)) records.push(await recordOf(object));
  return records;
}

/** Lists all policies of the Secret's namespace. A process that watches policies does not need this. */
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
  /** Skips namespaces that we may not list. */
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
