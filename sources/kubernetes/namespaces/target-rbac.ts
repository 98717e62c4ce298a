import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { Refusal } from '../../../core/refusal.ts';
import { hasCode, isNotFound } from '../api/api-error.ts';
import type { ApiClient } from '../api/client.ts';
import { paths } from '../paths.ts';
import { apiTrouble } from '../trouble.ts';
import { installationLabel, managedByLabel, managedByUs, ownLabels } from './labels.ts';

const ruleSchema = z.record(z.string(), z.array(z.string()));
const metadata = z.looseObject({
  name: z.string(),
  labels: z.record(z.string(), z.string()).default({}),
});
/** What the API server adds to a subject says nothing more. */
const subject = z.object({ kind: z.string(), name: z.string(), namespace: z.string().optional() });
const roleRef = z.object({ apiGroup: z.string(), kind: z.string(), name: z.string() });

const role = z.object({
  kind: z.literal('Role'),
  metadata,
  rules: z.array(ruleSchema).nullable().default([]),
});
const binding = z.object({
  kind: z.literal('RoleBinding'),
  metadata,
  roleRef,
  subjects: z.array(subject).nullable().default([]),
});

/** A Role or RoleBinding as it is to be in every namespace with policies. */
export const rbacObject = z.discriminatedUnion('kind', [role, binding]);
export type RbacObject = z.infer<typeof rbacObject>;

/** What was done about one object, for the log. */
type Correction = 'created' | 'corrected' | 'recreated';

/** The objects of one installation in namespaces with policies. */
export interface TargetRbac {
  /** Makes them what they are to be; answers what had to be done. Throws Refusal, e.g. `KubernetesForbidden`. */
  readonly ensure: (namespace: string) => Promise<readonly string[]>;
  /** Takes away those that `ensure` made; others' stay. */
  readonly remove: (namespace: string) => Promise<void>;
}

export function targetRbac(
  client: ApiClient,
  installation: string,
  wanted: readonly RbacObject[],
): TargetRbac {
  return {
    async ensure(namespace) {
      const done: string[] = [];
      for (const object of wanted) {
        const text = `${object.kind} ${namespace}/${object.metadata.name}`;
        try {
          const correction = await ensureObject(client, installation, { namespace, object });
          if (correction !== undefined) done.push(`${text} ${correction}`);
        } catch (error) {
          throw apiTrouble(`correct ${text}`, error);
        }
      }
      return done;
    },
    async remove(namespace) {
      // Bindings last: what we may do here may come from them.
      for (const object of wanted.toSorted((left) => (left.kind === 'Role' ? -1 : 1))) {
        try {
          await removeObject(client, installation, { namespace, object });
        } catch (error) {
          throw apiTrouble(`remove ${object.kind} ${namespace}/${object.metadata.name}`, error);
        }
      }
    },
  };
}

interface Place {
  readonly namespace: string;
  readonly object: RbacObject;
}

function pathOf({ namespace, object: { kind, metadata } }: Place, name?: string): string {
  const path = kind === 'Role' ? paths.roles : paths.roleBindings;
  return path(namespace, name ?? metadata.name);
}

async function ensureObject(
  client: ApiClient,
  installation: string,
  place: Place,
): Promise<Correction | undefined> {
  const stored = await readObject(client, place);
  const isOther = stored?.metadata.labels[installationLabel];
  if (isOther !== undefined && isOther !== installation) throw foreign(place, isOther);
  if (stored === undefined) {
    await createObject(client, installation, place);
    return 'created';
  }
  if (isSame(stored, place.object, installation)) return undefined;
  if (stored.kind === 'RoleBinding' && place.object.kind === 'RoleBinding') {
    // Kubernetes lets nobody change whom a binding binds to.
    if (!isDeepStrictEqual(stored.roleRef, place.object.roleRef)) {
      await removeStored(client, place, stored);
      await createObject(client, installation, place);
      return 'recreated';
    }
  }
  const labels = { ...stored.metadata.labels, [installationLabel]: installation };
  const metadata = { ...stored.metadata, labels };
  const body = { ...typeOf(place), ...contentOf(place.object), metadata };
  await client.replace(pathOf(place), body);
  return 'corrected';
}

function foreign({ namespace, object: { kind, metadata } }: Place, owner: string): Refusal {
  const message = `${kind} ${namespace}/${metadata.name} belongs to installation ${owner}`;
  const hint = 'Give the two installations different names, or namespaces of their own.';
  return new Refusal('KubernetesRejected', message, hint);
}

function isSame(stored: RbacObject, wanted: RbacObject, installation: string): boolean {
  if (stored.metadata.labels[installationLabel] !== installation) return false;
  return isDeepStrictEqual(contentOf(stored), contentOf(wanted));
}

function contentOf(object: RbacObject) {
  if (object.kind === 'Role') return { rules: object.rules };
  return { roleRef: object.roleRef, subjects: object.subjects };
}

async function readObject(client: ApiClient, place: Place): Promise<RbacObject | undefined> {
  try {
    const value = await client.get(pathOf(place));
    return rbacObject.parse({ ...(value as object), kind: place.object.kind });
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

async function createObject(client: ApiClient, installation: string, place: Place): Promise<void> {
  const { namespace, object } = place;
  const { name, labels } = object.metadata;
  const own = { ...labels, ...ownLabels(installation) };
  const path = object.kind === 'Role' ? paths.roles(namespace) : paths.roleBindings(namespace);
  try {
    await client.create(path, {
      ...typeOf(place),
      ...object,
      metadata: { namespace, name, labels: own },
    });
  } catch (error) {
    if (!hasCode(error, 409)) throw error; // somebody else was first: the next look corrects it
  }
}

async function removeObject(client: ApiClient, installation: string, place: Place): Promise<void> {
  const stored = await readObject(client, place);
  const labels = stored?.metadata.labels ?? {};
  const isOurs =
    labels[managedByLabel] === managedByUs && labels[installationLabel] === installation;
  if (stored !== undefined && isOurs) await removeStored(client, place, stored);
}

async function removeStored(client: ApiClient, place: Place, stored: RbacObject): Promise<void> {
  const { uid } = stored.metadata;
  try {
    await client.remove(pathOf(place), typeof uid === 'string' ? uid : undefined);
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
}

function typeOf({ object: { kind } }: Place) {
  return { apiVersion: 'rbac.authorization.k8s.io/v1', kind };
}
