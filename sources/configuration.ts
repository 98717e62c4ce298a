import { join } from 'node:path';
import { Refusal } from '../core/refusal.ts';
import type { DirectoryPlaces } from './directory/source.ts';
import {
  namespaceConfiguration,
  type NamespaceConfiguration,
} from './kubernetes/namespace-set/configuration.ts';
import { nonEmpty, type Environment } from '../core/environment.ts';

/** Where the policies are. Worker and watcher need the same configuration. */
export type SourceConfiguration =
  | { readonly kind: 'directory'; readonly places: DirectoryPlaces }
  | { readonly kind: 'kubernetes'; readonly place: KubernetesPlace };

export interface KubernetesPlace {
  readonly namespaces: NamespaceConfiguration;
  /** The pod of this process, if it runs in one. */
  readonly pod: { readonly namespace?: string; readonly name?: string };
}

/**
 * Reads the environment: `PGWARDEN_SOURCE` is `kubernetes`, the default in a pod, or `directory`.
 * Throws Refusal `Usage`.
 */
export function sourceConfiguration(env: Environment): SourceConfiguration {
  const isInPod = (env.KUBERNETES_SERVICE_HOST ?? '') !== '';
  const kind = nonEmpty(env.PGWARDEN_SOURCE) ?? (isInPod ? 'kubernetes' : 'directory');
  switch (kind) {
    case 'directory':
      return { kind, places: directoryPlaces(env) };
    case 'kubernetes':
      return { kind, place: kubernetesPlace(env) };
    default: {
      const message = `PGWARDEN_SOURCE is neither kubernetes nor directory: ${kind}`;
      throw new Refusal('Usage', message, 'Unset it: pgwarden then chooses the right one.');
    }
  }
}

function kubernetesPlace(env: Environment): KubernetesPlace {
  const namespace = nonEmpty(env.POD_NAMESPACE);
  const name = nonEmpty(env.POD_NAME);
  return {
    namespaces: namespaceConfiguration(env),
    pod: {
      ...(namespace === undefined ? {} : { namespace }),
      ...(name === undefined ? {} : { name }),
    },
  };
}

/**
 * The directories that `PGWARDEN_POLICIES` and `PGWARDEN_STATE` name. All processes of one directory must use the same
 * state directory, so this is the only default: `.pgwarden` inside the directory.
 * Throws Refusal `Usage`.
 */
function directoryPlaces(
  environment: Readonly<Record<string, string | undefined>>,
): DirectoryPlaces {
  const { PGWARDEN_POLICIES: directory = '', PGWARDEN_STATE: state = '' } = environment;
  if (directory === '') {
    const hint = 'Set it to the directory with the policies.';
    throw new Refusal('Usage', 'PGWARDEN_POLICIES is not set', hint);
  }
  return { directory, stateDirectory: state === '' ? join(directory, '.pgwarden') : state };
}
