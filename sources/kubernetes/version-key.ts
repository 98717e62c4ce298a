import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { ResourceRef } from '../../core/document/document.ts';
import { refText } from '../resource-name.ts';
import { hasCode, isNotFound } from './api/api-error.ts';
import type { ApiClient } from './api/client.ts';
import { paths, secretPath } from './paths.ts';
import { troubleAs } from './trouble.ts';

const schema = z.object({ data: z.object({ key: z.string() }) });

/**
 * The key for versions of Secrets: random, in a Secret that the first worker creates. If it is lost, every policy makes
 * one full check.
 */
export async function versionKey(client: ApiClient, ref: ResourceRef): Promise<string> {
  try {
    const known = await readKey(client, ref);
    if (known !== undefined) return known;
    await client.create(paths.secrets(ref.namespace), newKey(ref)).catch((error: unknown) => {
      if (!hasCode(error, 409)) throw error; // another worker was first
    });
    const made = await readKey(client, ref);
    if (made === undefined) throw new Error('it was deleted while it was being created');
    return made;
  } catch (error) {
    throw troubleAs(
      'SecretFetchFailed',
      `store the key for Secret versions in Secret ${refText(ref)}`,
      error,
    );
  }
}

async function readKey(client: ApiClient, ref: ResourceRef): Promise<string | undefined> {
  try {
    return schema.parse(await client.get(secretPath(ref))).data.key;
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

function newKey({ namespace, name }: ResourceRef): object {
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    type: 'Opaque',
    metadata: { name, namespace, labels: { 'app.kubernetes.io/managed-by': 'pgwarden' } },
    stringData: { key: randomBytes(32).toString('hex') },
  };
}
