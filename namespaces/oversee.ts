import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { z } from 'zod';
import { Refusal } from '../core/refusal.ts';
import type { OpenedCluster } from '../sources/open.ts';
import type { PolicySource } from '../sources/source.ts';
import { kubernetesSource } from '../sources/kubernetes/source.ts';
import { manageNamespaces, type ManagerOptions } from './manager.ts';
import { tellOf } from '../sources/kubernetes/events.ts';
import { requireMode, type FoundMode } from './mode.ts';
import type { NamespaceMode } from '../sources/kubernetes/namespace-set/report.ts';
import { targetRbac, type RbacObject, rbacObject } from './target-rbac.ts';

/** Callbacks about namespaces. */
export type Overseer = Pick<ManagerOptions, 'drain' | 'onMode' | 'onNamespaces' | 'onCorrected'>;

interface OverseenCluster {
  /** The policies of the namespaces that we manage now. */
  readonly source: PolicySource;
  readonly stopped: Promise<void>;
}

/** Throws Refusal `NamespaceRightsMissing` or `Usage` if the configuration cannot be used. */
export async function overseerFor(cluster: OpenedCluster): Promise<Oversee> {
  const { client, namespaces } = cluster;
  await requireMode(client, namespaces.mode);
  const { reconcileRbac, rbacFile } = namespaces;
  const objects =
    reconcileRbac && rbacFile !== undefined ? await readRbacFile(rbacFile) : undefined;
  return (overseer, options) => oversee(cluster, objects, { ...overseer, ...options });
}

type OverseeOptions = Pick<ManagerOptions, 'onTrouble' | 'signal' | 'everyMs'>;
type Oversee = (overseer: Overseer, options: OverseeOptions) => Promise<OverseenCluster>;

async function oversee(
  cluster: OpenedCluster,
  objects: readonly RbacObject[] | undefined,
  options: Overseer & OverseeOptions,
): Promise<OverseenCluster> {
  const { client, namespace } = cluster;
  const { mode, list, installation, report, worker } = cluster.namespaces;
  const ref = { namespace, name: report };
  const namespaces = manageNamespaces({
    ...options,
    onMode(mode, before) {
      options.onMode(mode, before);
      if (before !== undefined)
        void recordModeEvent(cluster, mode, before).catch(options.onTrouble);
    },
    ...{ client, list, installation },
    wanted: mode,
    own: namespace,
    report: ref,
    ...(worker === undefined ? {} : { worker: { namespace, name: worker } }),
    rbac: objects === undefined ? undefined : targetRbac(client, installation, objects),
  });
  await namespaces.begun;
  const source = kubernetesSource({ ...cluster, namespaces, onTrouble: options.onTrouble });
  return { source, stopped: namespaces.stopped };
}

/** Records the Event on the ConfigMap with the report. */
function recordModeEvent(
  { client, instance, namespace, namespaces }: OpenedCluster,
  { mode, reason }: FoundMode,
  before: NamespaceMode,
): Promise<void> {
  const { report: name } = namespaces;
  const object = { apiVersion: 'v1', kind: 'ConfigMap', namespace, name };
  const type = mode === 'disabled' ? 'Warning' : 'Normal';
  const message = `The namespace mode changed from ${before} to ${mode}: ${reason}`;
  const event = { type, reason: 'NamespaceModeChanged', message } as const;
  return tellOf(client, { instance, object, what: `ConfigMap ${namespace}/${name}` }, event);
}

const fileSchema = z.object({ kind: z.literal('List'), items: z.array(rbacObject) });

/** The Roles and RoleBindings for each namespace, as the chart renders them. Throws Refusal `Usage`. */
async function readRbacFile(path: string): Promise<readonly RbacObject[]> {
  try {
    return fileSchema.parse(parse(await readFile(path, 'utf8'))).items;
  } catch (error) {
    const why = error instanceof z.ZodError ? z.prettifyError(error) : String(error);
    const message = `cannot read the Roles for namespaces from ${path}: ${why}`;
    throw new Refusal(
      'Usage',
      message,
      'Use the file from the chart, or set PGWARDEN_RECONCILE_RBAC to false.',
    );
  }
}
