import { z } from 'zod';
import type { ResourceRef } from '../../core/document/document.ts';
import { Refusal } from '../../core/refusal.ts';
import type { ContentVersion } from '../content-version.ts';
import { isResourceRef, refText } from '../resource-name.ts';
import { requireOwn } from '../secret-owner.ts';
import type { PolicyHandle, SecretOwner, SecretRecord } from '../source.ts';
import { ApiError, hasCode, isNotFound } from './api/api-error.ts';
import type { ApiClient } from './api/client.ts';
import { labelValue } from './label.ts';
import { paths, secretPath } from './paths.ts';
import { partsOf } from './policy-object.ts';
import { policyResource, policyType } from './resource.ts';
import { troubleAs } from './trouble.ts';

/** The Secrets of an API server, with versions. */
export interface Secrets {
  readonly client: ApiClient;
  readonly versionOf: ContentVersion;
}

const secretSchema = z.object({
  metadata: z.object({
    namespace: z.string(),
    ownerReferences: z
      .array(z.object({ apiVersion: z.string(), kind: z.string(), name: z.string() }))
      .default([]),
  }),
  data: z.record(z.string(), z.string()).default({}),
});

export async function readSecret(
  { client, versionOf }: Secrets,
  ref: ResourceRef,
): Promise<SecretRecord | undefined> {
  if (!isResourceRef(ref)) return undefined;
  try {
    return await decodeSecret(await client.get(secretPath(ref)), versionOf);
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw troubleAs('SecretFetchFailed', `read Secret ${refText(ref)}`, error);
  }
}

async function decodeSecret(value: unknown, versionOf: ContentVersion): Promise<SecretRecord> {
  const { metadata, data: stored } = secretSchema.parse(value);
  const data = new Map(
    Object.entries(stored).map(([key, text]) => [key, Buffer.from(text, 'base64')] as const),
  );
  const owner = metadata.ownerReferences.find(isPolicy)?.name;
  return {
    version: await versionOf(data),
    data,
    ...(owner === undefined ? {} : { owner: { namespace: metadata.namespace, name: owner } }),
  };
}

function isPolicy({ apiVersion, kind }: { readonly apiVersion: string; readonly kind: string }) {
  return apiVersion.startsWith(`${policyResource.group}/`) && kind === policyResource.kind;
}

/**
 * Returns the policy's own Secret with that name, created with `data` if it does not exist. Kubernetes deletes it with
 * its policy, even if the policy was deleted in the meantime.
 */
export async function createSecret(
  secrets: Secrets,
  ref: ResourceRef,
  owner: SecretOwner,
  data: ReadonlyMap<string, string>,
): Promise<SecretRecord> {
  const { client, versionOf } = secrets;
  try {
    const made = await client.create(paths.secrets(ref.namespace), secretOf(ref, owner, data));
    return await decodeSecret(made, versionOf);
  } catch (error) {
    if (hasCode(error, 409)) return existing(secrets, ref, owner);
    const doing = `create Secret ${refText(ref)}`;
    throw troubleAs('SecretFetchFailed', doing, withoutValues(error));
  }
}

/** Another worker may have created it first. */
async function existing(
  secrets: Secrets,
  ref: ResourceRef,
  owner: PolicyHandle,
): Promise<SecretRecord> {
  const secret = await readSecret(secrets, ref);
  if (secret === undefined) {
    const message = `Secret ${refText(ref)} was deleted while it was being created`;
    throw new Refusal(
      'SecretFetchFailed',
      message,
      'Wait: pgwarden creates it again while a policy needs it.',
    );
  }
  requireOwn(ref, secret, owner.ref);
  return secret;
}

function secretOf(
  { namespace, name }: ResourceRef,
  { ref: policy, version, role }: SecretOwner,
  data: ReadonlyMap<string, string>,
): object {
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    type: 'Opaque',
    metadata: {
      name,
      namespace,
      labels: {
        'app.kubernetes.io/managed-by': 'pgwarden',
        'pgroles.io/policy': labelValue(policy.name),
        ...(role === undefined ? {} : { 'pgroles.io/role': labelValue(role) }),
      },
      annotations: { 'pgroles.io/generated-at': new Date().toISOString() },
      ownerReferences: [
        { ...policyType, name: policy.name, uid: partsOf(version).uid, controller: true },
      ],
    },
    stringData: Object.fromEntries(data),
  };
}

/** Names the invalid fields but not their values, because these include passwords. */
function withoutValues(error: unknown): unknown {
  if (!(error instanceof ApiError)) return error;
  if (error.code !== 400 && error.code !== 422) return error;
  const fields = (error.status.details?.causes ?? []).flatMap(({ field }) => field ?? []);
  const where = fields.length === 0 ? '' : `: ${fields.join(', ')}`;
  return new ApiError(error.code, { message: `${error.status.reason ?? 'not valid'}${where}` });
}
