import { z } from 'zod';
import type { ResourceRef } from '../../core/document/document.ts';
import { Refusal } from '../../core/refusal.ts';
import type { ContentVersion } from '../content-version.ts';
import { isResourceRef, refText } from '../resource-name.ts';
import { requireOwn } from '../secret-owner.ts';
import type { SecretRecord } from '../source.ts';
import { ApiError, hasCode, isNotFound } from './api/api-error.ts';
import type { ApiClient } from './api/client.ts';
import { labelValue } from './label.ts';
import { paths, secretPath } from './paths.ts';
import { readObject } from './policies.ts';
import type { PolicyObject } from './policy-object.ts';
import { policyResource, policyType } from './resource.ts';
import { troubleAs } from './trouble.ts';

/** An API server's Secrets, with versions. */
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
    const { metadata, data: stored } = secretSchema.parse(await client.get(secretPath(ref)));
    const data = new Map(
      Object.entries(stored).map(([key, text]) => [key, Buffer.from(text, 'base64')] as const),
    );
    const owner = metadata.ownerReferences.find(isPolicy)?.name;
    return {
      version: await versionOf(data),
      data,
      ...(owner === undefined ? {} : { owner: { namespace: ref.namespace, name: owner } }),
    };
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw troubleAs('SecretFetchFailed', `read Secret ${refText(ref)}`, error);
  }
}

function isPolicy({ apiVersion, kind }: { readonly apiVersion: string; readonly kind: string }) {
  return apiVersion.startsWith(`${policyResource.group}/`) && kind === policyResource.kind;
}

/** The policy's own Secret of that name, made with `data` unless it is there already. It goes with its policy. */
export async function createSecret(
  secrets: Secrets,
  ref: ResourceRef,
  owner: ResourceRef,
  data: ReadonlyMap<string, string>,
): Promise<SecretRecord> {
  const policy = await readObject(secrets.client, owner);
  if (policy === undefined) throw gone(ref, `policy ${refText(owner)} was deleted meanwhile`);
  try {
    await secrets.client.create(paths.secrets(ref.namespace), secretOf(ref, policy, data));
  } catch (error) {
    if (!hasCode(error, 409)) {
      const doing = `create Secret ${refText(ref)}`;
      throw troubleAs('SecretFetchFailed', doing, withoutValues(error));
    }
  }
  const secret = await readSecret(secrets, ref);
  if (secret === undefined) throw gone(ref, 'it was deleted as it was created');
  requireOwn(ref, secret, owner);
  return secret;
}

function gone(ref: ResourceRef, why: string): Refusal {
  const message = `Secret ${refText(ref)} is not there: ${why}`;
  return new Refusal('SecretFetchFailed', message, 'It will be created again while it is wanted.');
}

function secretOf(
  { namespace, name }: ResourceRef,
  { metadata: policy }: PolicyObject,
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
      },
      annotations: { 'pgroles.io/generated-at': new Date().toISOString() },
      ownerReferences: [{ ...policyType, name: policy.name, uid: policy.uid, controller: true }],
    },
    stringData: Object.fromEntries(data),
  };
}

/** Which fields are wrong, and not what is in them: among them are passwords. */
function withoutValues(error: unknown): unknown {
  if (!(error instanceof ApiError)) return error;
  if (error.code !== 400 && error.code !== 422) return error;
  const fields = (error.status.details?.causes ?? []).flatMap(({ field }) => field ?? []);
  const where = fields.length === 0 ? '' : `: ${fields.join(', ')}`;
  return new ApiError(error.code, { message: `${error.status.reason ?? 'not valid'}${where}` });
}
