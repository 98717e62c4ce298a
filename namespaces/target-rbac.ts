import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { Refusal } from '../core/refusal.ts';
import type { ResourceRef } from '../core/document/document.ts';
import { hasCode, isNotFound } from '../sources/kubernetes/api/api-error.ts';
import type { ApiClient } from '../sources/kubernetes/api/client.ts';
import { listed } from '../sources/kubernetes/api/list.ts';
import { paths } from '../sources/kubernetes/paths.ts';
import { apiTrouble } from '../sources/kubernetes/trouble.ts';
import {
  installationLabel,
  managedByLabel,
  managedByUs,
  ownLabels,
} from '../sources/kubernetes/namespace-set/labels.ts';

const ruleSchema = z.record(z.string(), z.array(z.string()));
const metadata = z.looseObject({
  name: z.string(),
  labels: z.record(z.string(), z.string()).default({}),
});
/** Ignores the fields that the API server adds to a subject. */
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

/** A Role or RoleBinding that every namespace with policies must have. */
export const rbacObject = z.discriminatedUnion('kind', [role, binding]);
export type RbacObject = z.infer<typeof rbacObject>;

/** What was done with one object, for the log. */
type Correction = 'created' | 'corrected' | 'recreated';

export interface Ensured {
  readonly done: readonly string[];
  readonly uncorrected: readonly Uncorrected[];
}

/** An object that differs and could not be corrected. */
interface Uncorrected {
  readonly trouble: Refusal;
  /** ServiceAccounts whose rights depend on it. */
  readonly accounts: readonly string[];
}

/**
 * The objects of one installation in namespaces with policies. Their names identify them, because labels may have been
 * edited.
 */
export interface TargetRbac {
  /** Creates or corrects them. Throws Refusal if they cannot be read. */
  readonly ensure: (namespace: string) => Promise<Ensured>;
  /**
   * Deletes the objects that `ensure` created, and returns those that remain because others created them. Throws
   * Refusal.
   */
  readonly remove: (namespace: string) => Promise<readonly string[]>;
  /** Namespaces with objects that `ensure` created. Throws Refusal. */
  readonly namespaces: () => Promise<ReadonlySet<string>>;
  /** Whether another installation has Roles in a namespace. Throws Refusal. */
  readonly hasOf: (installation: string, namespace: string) => Promise<boolean>;
}

export function targetRbac(
  client: ApiClient,
  installation: string,
  wanted: readonly RbacObject[],
): TargetRbac {
  const placesIn = (namespace: string) => wanted.map((object) => ({ namespace, object }));
  return {
    ensure: (namespace) => ensureAll(client, installation, placesIn(namespace)),
    async remove(namespace) {
      const stays: string[] = [];
      // Delete bindings last, because they may give us the right to delete.
      const inOrder = placesIn(namespace).toSorted(({ object }) =>
        object.kind === 'Role' ? -1 : 1,
      );
      for (const place of inOrder) {
        try {
          if (await removeObject(client, place)) stays.push(textOf(place));
        } catch (error) {
          throw apiTrouble(`remove ${textOf(place)}`, error);
        }
      }
      return stays;
    },
    async namespaces() {
      const names = new Set(wanted.map(({ metadata: { name } }) => name));
      const roles = await rolesIn(client, undefined, `${managedByLabel}=${managedByUs}`);
      return new Set(roles.flatMap(({ name, namespace }) => (names.has(name) ? [namespace] : [])));
    },
    async hasOf(other, namespace) {
      return (await rolesIn(client, namespace, `${installationLabel}=${other}`)).length > 0;
    },
  };
}

const placed = z.object({ metadata: z.object({ namespace: z.string(), name: z.string() }) });

async function rolesIn(client: ApiClient, namespace: string | undefined, labelSelector: string) {
  const found: ResourceRef[] = [];
  try {
    for await (const { items } of listed(client, { path: paths.roles(namespace), labelSelector }))
      found.push(...items.map((item) => placed.parse(item).metadata));
  } catch (error) {
    throw apiTrouble('list Roles', error);
  }
  return found;
}

async function ensureAll(
  client: ApiClient,
  installation: string,
  places: readonly PlacedObject[],
): Promise<Ensured> {
  const done: string[] = [];
  const found: Found[] = [];
  for (const place of places) {
    try {
      found.push({ place, stored: await readObject(client, place) });
    } catch (error) {
      throw apiTrouble(`read ${textOf(place)}`, error);
    }
  }
  const foreign = found.find((each) => isForeign(each, installation));
  if (foreign !== undefined) {
    const trouble = foreignTrouble(foreign);
    const accounts = places.flatMap((place) => accountsOf(place, places));
    return { done, uncorrected: [{ trouble, accounts }] };
  }
  const uncorrected: Uncorrected[] = [];
  for (const each of found) {
    try {
      const correction = await ensureObject(client, installation, each);
      if (correction !== undefined) done.push(`${textOf(each.place)} ${correction}`);
    } catch (error) {
      const trouble = apiTrouble(`correct ${textOf(each.place)}`, error);
      uncorrected.push({ trouble, accounts: accountsOf(each.place, places) });
    }
  }
  return { done, uncorrected };
}

/** The subjects of a binding, or of all bindings to a Role. */
function accountsOf({ object }: PlacedObject, places: readonly PlacedObject[]): readonly string[] {
  return places.flatMap(({ object: each }) => {
    if (each.kind !== 'RoleBinding') return [];
    const isIts =
      each === object || (object.kind === 'Role' && each.roleRef.name === object.metadata.name);
    return isIts ? (each.subjects ?? []).map(({ name }) => name) : [];
  });
}

interface PlacedObject {
  readonly namespace: string;
  readonly object: RbacObject;
}

interface Found {
  readonly place: PlacedObject;
  readonly stored: RbacObject | undefined;
}

function textOf({ namespace, object: { kind, metadata } }: PlacedObject): string {
  return `${kind} ${namespace}/${metadata.name}`;
}

function pathOf({ namespace, object: { kind, metadata } }: PlacedObject, name?: string): string {
  const path = kind === 'Role' ? paths.roles : paths.roleBindings;
  return path(namespace, name ?? metadata.name);
}

async function ensureObject(
  client: ApiClient,
  installation: string,
  { place, stored }: Found,
): Promise<Correction | undefined> {
  if (stored === undefined) {
    await createObject(client, installation, place);
    return 'created';
  }
  if (isSame(stored, place.object, installation)) return undefined;
  if (stored.kind === 'RoleBinding' && place.object.kind === 'RoleBinding') {
    // Kubernetes does not allow changes of roleRef.
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

/**
 * Whether the object belongs to another installation with the same name: it binds ServiceAccounts of another namespace.
 */
function isForeign({ place, stored }: Found, installation: string): boolean {
  const label = stored?.metadata.labels[installationLabel];
  if (label === undefined || label === installation) return false;
  if (stored?.kind !== 'RoleBinding' || place.object.kind !== 'RoleBinding') return false;
  const homes = new Set(place.object.subjects?.map(({ namespace }) => namespace));
  const subjects = stored.subjects ?? [];
  return subjects.length > 0 && subjects.every(({ namespace }) => !homes.has(namespace));
}

function foreignTrouble({ place, stored }: Found): Refusal {
  const owner = stored?.metadata.labels[installationLabel] ?? '';
  const message = `${textOf(place)} belongs to installation ${owner}`;
  const hint = 'Give the two installations different names or different namespaces.';
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

async function readObject(client: ApiClient, place: PlacedObject): Promise<RbacObject | undefined> {
  try {
    const value = await client.get(pathOf(place));
    return rbacObject.parse({ ...(value as object), kind: place.object.kind });
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

async function createObject(
  client: ApiClient,
  installation: string,
  place: PlacedObject,
): Promise<void> {
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
    if (!hasCode(error, 409)) throw error; // someone else created it first: the next check corrects it
  }
}

/** Returns whether the object remains. */
async function removeObject(client: ApiClient, place: PlacedObject): Promise<boolean> {
  const stored = await readObject(client, place);
  if (stored === undefined) return false;
  if (stored.metadata.labels[managedByLabel] !== managedByUs) return true;
  await removeStored(client, place, stored);
  return false;
}

async function removeStored(
  client: ApiClient,
  place: PlacedObject,
  stored: RbacObject,
): Promise<void> {
  const { uid } = stored.metadata;
  try {
    await client.remove(pathOf(place), typeof uid === 'string' ? uid : undefined);
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
}

function typeOf({ object: { kind } }: PlacedObject) {
  return { apiVersion: 'rbac.authorization.k8s.io/v1', kind };
}
