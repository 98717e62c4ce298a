import { parse } from 'yaml';
import { z } from 'zod';
import type { Manifest } from './helm.ts';

const configMap = z.object({ data: z.object({ 'rbac.yaml': z.string() }) });
const list = z.strictObject({
  apiVersion: z.literal('v1'),
  kind: z.literal('List'),
  items: z.array(
    z.looseObject({
      apiVersion: z.literal('rbac.authorization.k8s.io/v1'),
      kind: z.enum(['Role', 'RoleBinding']),
      metadata: z.strictObject({ name: z.string(), labels: z.record(z.string(), z.string()) }),
    }),
  ),
});

export type WantedObject = z.infer<typeof list>['items'][number];

/** The Roles that a release lets the watcher create in every namespace with policies; empty if there are none. */
export function wantedIn(all: readonly Manifest[]): readonly WantedObject[] {
  const file = all.find(
    ({ kind, metadata }) => kind === 'ConfigMap' && metadata.name.endsWith('-rbac'),
  );
  if (file === undefined) return [];
  return list.parse(parse(configMap.parse(file).data['rbac.yaml'])).items;
}
