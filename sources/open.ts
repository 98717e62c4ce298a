import { hostname } from 'node:os';
import type { Refusal } from '../core/refusal.ts';
import type { KubernetesPlace, SourceConfiguration } from './configuration.ts';
import { directorySource } from './directory/source.ts';
import { clusterAccess, type ClusterAccess } from './kubernetes/access.ts';
import type { NamespaceConfiguration } from './kubernetes/namespace-set/configuration.ts';
import { fixedNamespaces, type NamespaceSet } from './kubernetes/namespace-set/namespace-set.ts';
import { reportedNamespaces } from './kubernetes/namespace-set/reported-namespaces.ts';
import { kubernetesSource } from './kubernetes/source.ts';
import type { PolicySource } from './source.ts';

export interface OpenedSource {
  readonly source: PolicySource;
  /** For logs. */
  readonly from: string;
}

/** A cluster, and our place in it. */
export interface OpenedCluster extends ClusterAccess {
  /** Name of this process for Events. */
  readonly instance: string;
  readonly namespaces: NamespaceConfiguration;
}

export async function openCluster({ pod, namespaces }: KubernetesPlace): Promise<OpenedCluster> {
  const access = await clusterAccess(process.env, pod.namespace);
  return { ...access, instance: pod.name ?? hostname(), namespaces };
}

interface OpenOptions {
  /** Called with temporary errors that belong to no policy. */
  readonly onTrouble: (trouble: Refusal) => void;
  readonly signal: AbortSignal;
}

/** Opens the configured source for a process that does not decide which namespaces are managed. */
export async function openSource(
  configuration: SourceConfiguration,
  options: OpenOptions,
): Promise<OpenedSource> {
  if (configuration.kind === 'directory') {
    const { places } = configuration;
    return { source: directorySource(places), from: places.directory };
  }
  const cluster = await openCluster(configuration.place);
  const namespaces = namespacesFor(cluster, options);
  const source = kubernetesSource({ ...cluster, namespaces, onTrouble: options.onTrouble });
  return { source, from: namespacesText(cluster.namespaces) };
}

function namespacesFor(
  { client, namespace, namespaces: { mode, list, report } }: OpenedCluster,
  { onTrouble, signal }: OpenOptions,
): NamespaceSet {
  if (mode === 'all') return fixedNamespaces(undefined);
  if (mode === 'disabled') return fixedNamespaces(list.length === 0 ? [namespace] : list);
  return reportedNamespaces({ client, ref: { namespace, name: report }, onTrouble, signal });
}

/** For logs. */
export function namespacesText({ mode, list }: NamespaceConfiguration): string {
  if (mode === 'all') return 'all namespaces';
  return list.length === 0 ? `namespaces, mode ${mode}` : list.join(', ');
}
