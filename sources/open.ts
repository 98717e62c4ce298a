import { hostname } from 'node:os';
import type { Refusal } from '../core/refusal.ts';
import type { SourceConfiguration } from './configuration.ts';
import { directorySource } from './directory/source.ts';
import { clusterAccess, type ClusterAccess } from './kubernetes/access.ts';
import { kubernetesSource } from './kubernetes/source.ts';
import type { PolicySource } from './source.ts';

export interface OpenedSource {
  readonly source: PolicySource;
  /** For logs. */
  readonly from: string;
  /** Where there is an API server. */
  readonly cluster?: ClusterAccess;
}

/** Opens what was configured. `onTrouble` is told of trouble that mends itself and belongs to no policy. */
export async function openSource(
  configuration: SourceConfiguration,
  onTrouble: (trouble: Refusal) => void,
): Promise<OpenedSource> {
  if (configuration.kind === 'directory') {
    const { places } = configuration;
    return { source: directorySource(places), from: places.directory };
  }
  const { namespaces, pod } = configuration.place;
  const cluster = await clusterAccess(process.env, pod.namespace);
  const { client, namespace } = cluster;
  const instance = pod.name ?? hostname();
  const source = kubernetesSource({ client, namespaces, namespace, instance, onTrouble });
  const from = namespaces.length === 0 ? 'all namespaces' : namespaces.join(', ');
  return { source, from, cluster };
}
