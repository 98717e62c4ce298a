import {
  ApiException,
  CustomObjectsApi,
  type KubeConfig,
  PatchStrategy,
  setHeaderOptions,
} from '@kubernetes/client-node';
import { z } from 'zod';
import { policyResource } from '../../sources/kubernetes/resource.ts';

const stored = z.looseObject({
  metadata: z.looseObject({ name: z.string(), uid: z.string(), generation: z.int() }),
  spec: z.record(z.string(), z.unknown()),
  status: z.record(z.string(), z.unknown()).optional(),
});

/** A policy as the API server returns it. */
export type StoredPolicy = z.infer<typeof stored>;

/** The policies of one namespace, for one client. Unknown and duplicate fields are refused, as with `kubectl apply`. */
export function policiesIn(config: KubeConfig, namespace: string, fieldManager = 'test') {
  const api = config.makeApiClient(CustomObjectsApi);
  const place = { ...policyResource, namespace };
  const strict = { fieldManager, fieldValidation: 'Strict' };
  const apply = setHeaderOptions('Content-Type', PatchStrategy.ServerSideApply);
  return {
    create: async (body: object) =>
      stored.parse(await api.createNamespacedCustomObject({ ...place, ...strict, body })),
    /** For clients without strict validation: unknown fields are dropped. */
    createLoosely: async (body: object) =>
      stored.parse(await api.createNamespacedCustomObject({ ...place, body })),
    read: async (name: string) =>
      stored.parse(await api.getNamespacedCustomObject({ ...place, name })),
    apply: async (name: string, body: object) =>
      stored.parse(
        await api.patchNamespacedCustomObject({ ...place, ...strict, name, body }, apply),
      ),
    applyStatus: async (name: string, body: object) =>
      stored.parse(
        await api.patchNamespacedCustomObjectStatus({ ...place, ...strict, name, body }, apply),
      ),
    /** As `kubectl annotate` does. */
    annotate: async (name: string, annotations: Readonly<Record<string, string>>) =>
      stored.parse(
        await api.patchNamespacedCustomObject(
          { ...place, name, body: { metadata: { annotations } } },
          setHeaderOptions('Content-Type', PatchStrategy.MergePatch),
        ),
      ),
    dropStatus: async (name: string) => {
      const { metadata } = stored.parse(await api.getNamespacedCustomObject({ ...place, name }));
      const body = { ...policyNamed(name), metadata, status: {} };
      await api.replaceNamespacedCustomObjectStatus({ ...place, name, body });
    },
    /** As a person who edits it, or restores it from a copy. */
    mergeStatus: (name: string, status: object) =>
      api.patchNamespacedCustomObjectStatus(
        { ...place, name, body: { status } },
        setHeaderOptions('Content-Type', PatchStrategy.MergePatch),
      ),
    dropFinalizers: (name: string) =>
      api.patchNamespacedCustomObject(
        { ...place, name, body: { metadata: { finalizers: null } } },
        setHeaderOptions('Content-Type', PatchStrategy.MergePatch),
      ),
    delete: (name: string) => api.deleteNamespacedCustomObject({ ...place, name }),
    /** As `kubectl get` requests it. */
    table: async () => {
      const accept = 'application/json;as=Table;v=v1;g=meta.k8s.io';
      return table.parse(
        await api.listNamespacedCustomObject(place, setHeaderOptions('Accept', accept)),
      );
    },
  };
}

const table = z.object({
  columnDefinitions: z.array(z.object({ name: z.string(), priority: z.int() })),
  rows: z.array(z.object({ cells: z.array(z.unknown()) })),
});

const failure = z.object({ message: z.string() });

/** The message with which the API server refuses a request. Undefined if it accepts it. */
export async function refusalOf(request: Promise<unknown>): Promise<string | undefined> {
  try {
    await request;
    return undefined;
  } catch (error) {
    if (!(error instanceof ApiException)) throw error;
    return failure.parse(JSON.parse(String(error.body))).message;
  }
}

/** A policy with a minimal valid spec, and `spec` merged into it. */
export function policyNamed(name: string, spec: object = {}): object {
  return {
    apiVersion: `${policyResource.group}/${policyResource.version}`,
    kind: policyResource.kind,
    metadata: { name },
    spec: { connection: { secretRef: { name: 'shop-admin' } }, ...spec },
  };
}
