import { z } from 'zod';
import type { ResourceRef } from '../../core/document/document.ts';
import type { Refusal } from '../../core/refusal.ts';
import { refText } from '../resource-name.ts';
import type { PolicySource, SourceChange } from '../source.ts';
import type { ApiClient } from './api/client.ts';
import type { NamespaceSet } from './namespace-set/namespace-set.ts';
import { paths } from './paths.ts';
import { decodePolicy, refOf, secretNamesIn, versionOf } from './policy-object.ts';
import { reflect, type Reflector } from './reflector.ts';

export interface WatchOptions {
  readonly client: ApiClient;
  /** The namespaces to watch. */
  readonly namespaces: NamespaceSet;
  /** Called with errors of the watch, which goes on by itself. */
  readonly onTrouble: (trouble: Refusal) => void;
}

export interface ClusterWatch {
  readonly begin: PolicySource['watch'];
  /** Undefined while there is no watch. */
  readonly policiesUsing: (secret: ResourceRef) => readonly ResourceRef[] | undefined;
}

/** What is kept of a policy: enough to detect a change, and to find the policies that use a Secret. */
interface KeptPolicy {
  readonly ref: ResourceRef;
  readonly version: string;
  readonly secrets: readonly string[];
}

type Kept = ReadonlyMap<string, KeptPolicy>;

/** The watch of one namespace, or of all. */
interface Watched {
  readonly stop: AbortController;
  readonly policies: Reflector<KeptPolicy>;
  readonly secrets: Reflector<string>;
}

/**
 * Watches policies, and names and versions of Secrets, but never their content. Every policy of an added or removed
 * namespace is reported.
 */
export function watchCluster(options: WatchOptions): ClusterWatch {
  const watched = new Map<string | undefined, Watched>();
  let isWatching = false;
  const follow = (onChange: Context['onChange'], signal: AbortSignal, reportsFirst: boolean) => {
    const wanted = new Set(options.namespaces.names() ?? [undefined]);
    for (const [namespace, { stop, policies }] of watched) {
      if (wanted.has(namespace)) continue;
      stop.abort();
      watched.delete(namespace);
      for (const { ref } of policies.kept.values()) onChange({ kind: 'policy', ref });
    }
    for (const namespace of wanted) {
      if (watched.has(namespace)) continue;
      const stop = new AbortController();
      const its = AbortSignal.any([signal, stop.signal]);
      const context = { options, onChange, signal: its, reportsFirst };
      const policies = watchPolicies(context, namespace);
      watched.set(namespace, { stop, policies, secrets: watchSecrets(context, namespace) });
    }
  };
  return {
    async begin(onChange, signal) {
      watched.clear();
      follow(onChange, signal, false);
      options.namespaces.onChange(() => {
        follow(onChange, signal, true);
      }, signal);
      const all = [...watched.values()].flatMap(({ policies, secrets }) => [policies, secrets]);
      await Promise.all(all.map(({ begun }) => begun));
      isWatching = true;
      signal.addEventListener('abort', () => (isWatching = false), { once: true });
    },
    policiesUsing(secret) {
      if (!isWatching) return undefined;
      return [...watched.values()].flatMap(({ policies }) => using(policies.kept, secret));
    },
  };
}

function using(kept: Kept, { namespace, name }: ResourceRef): readonly ResourceRef[] {
  return [...kept.values()]
    .filter(({ ref, secrets }) => ref.namespace === namespace && secrets.includes(name))
    .map(({ ref }) => ref);
}

interface Context {
  readonly options: WatchOptions;
  readonly onChange: (change: SourceChange) => void;
  readonly signal: AbortSignal;
  readonly reportsFirst: boolean;
}

/** A status update is not a change: generation and annotation stay the same. */
function watchPolicies(
  { options: { client, onTrouble }, onChange, signal, reportsFirst }: Context,
  namespace: string | undefined,
): Reflector<KeptPolicy> {
  return reflect<KeptPolicy>({
    ...{ client, onTrouble, signal, reportsFirst },
    path: paths.policies(namespace),
    metadataOnly: false,
    digest: (value, find) => {
      const object = decodePolicy(value);
      const ref = refOf(object);
      const version = versionOf(object);
      const known = find(refText(ref));
      if (known?.version === version) return [refText(ref), known];
      return [refText(ref), { ref, version, secrets: secretNamesIn(object) }];
    },
    onChange: (_key, before, after) => {
      const ref = (after ?? before)?.ref;
      if (ref === undefined || before?.version === after?.version) return;
      onChange({ kind: 'policy', ref });
    },
  });
}

/**
 * Excludes Helm releases and ServiceAccount tokens, which are most of a cluster's Secrets and never used by a policy.
 */
const fieldSelector = [
  'helm.sh/release.v1',
  'kubernetes.io/service-account-token',
  'bootstrap.kubernetes.io/token',
]
  .map((type) => `type!=${type}`)
  .join(',');

const secretSchema = z.object({
  metadata: z.object({ namespace: z.string(), name: z.string(), resourceVersion: z.string() }),
});

function watchSecrets(
  { options: { client, onTrouble }, onChange, signal }: Context,
  namespace: string | undefined,
): Reflector<string> {
  return reflect<string>({
    ...{ client, onTrouble, signal, fieldSelector },
    path: paths.secrets(namespace),
    metadataOnly: true,
    digest: (value) => {
      const { metadata } = secretSchema.parse(value);
      return [refText(metadata), metadata.resourceVersion];
    },
    onChange: (key, before, after) => {
      if (before === after) return;
      const [space = '', name = ''] = key.split('/');
      onChange({ kind: 'secret', ref: { namespace: space, name } });
    },
  });
}
