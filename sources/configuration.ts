import { Refusal } from '../core/refusal.ts';
import { directoryPlaces } from './directory/places.ts';
import type { DirectoryPlaces } from './directory/source.ts';

/** Where the policies are. Worker and watcher must be told the same. */
export type SourceConfiguration =
  | { readonly kind: 'directory'; readonly places: DirectoryPlaces }
  | { readonly kind: 'kubernetes'; readonly place: KubernetesPlace };

interface KubernetesPlace {
  /** Those to look at; all of them when there is none. */
  readonly namespaces: readonly string[];
  /** The pod this process runs in, where it runs in one. */
  readonly pod: { readonly namespace?: string; readonly name?: string };
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * What the environment says: `PGWARDEN_SOURCE` is `kubernetes`, the default in a pod, or `directory`.
 * Throws Refusal `Usage`.
 */
export function sourceConfiguration(env: Environment): SourceConfiguration {
  const isInPod = (env.KUBERNETES_SERVICE_HOST ?? '') !== '';
  const kind = given(env.PGWARDEN_SOURCE) ?? (isInPod ? 'kubernetes' : 'directory');
  switch (kind) {
    case 'directory':
      return { kind, places: directoryPlaces(env) };
    case 'kubernetes':
      return { kind, place: kubernetesPlace(env) };
    default: {
      const message = `PGWARDEN_SOURCE is neither kubernetes nor directory: ${kind}`;
      throw new Refusal('Usage', message, 'Leave it out to have the one that fits.');
    }
  }
}

function kubernetesPlace(env: Environment): KubernetesPlace {
  const namespace = given(env.POD_NAMESPACE);
  const name = given(env.POD_NAME);
  return {
    namespaces: namespacesIn(env.PGWARDEN_WATCH_NAMESPACES ?? ''),
    pod: {
      ...(namespace === undefined ? {} : { namespace }),
      ...(name === undefined ? {} : { name }),
    },
  };
}

const namespacePattern = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

function namespacesIn(text: string): readonly string[] {
  const names = text.split(',').flatMap((name) => given(name.trim()) ?? []);
  const wrong = names.find((name) => !namespacePattern.test(name));
  if (wrong !== undefined) {
    const message = `PGWARDEN_WATCH_NAMESPACES has what is no namespace: ${wrong}`;
    throw new Refusal('Usage', message, 'Separate their names by commas; leave it out for all.');
  }
  return [...new Set(names)];
}

/** What is set to nothing is not set: a chart's template cannot always leave it out. */
function given(text: string | undefined): string | undefined {
  return text === '' ? undefined : text;
}
