import { z } from 'zod';
import type { Refusal } from '../../core/refusal.ts';
import { isAborted, pause, retryDelay } from '../../core/waiting.ts';
import { apiError, hasCode } from './api/api-error.ts';
import type { ApiClient } from './api/client.ts';
import { listed, metadataOnly } from './api/list.ts';
import { apiTrouble } from './trouble.ts';

export interface ReflectorOptions<T> {
  readonly client: ApiClient;
  readonly path: string;
  readonly fieldSelector?: string;
  readonly labelSelector?: string;
  readonly metadataOnly: boolean;
  /** Returns the key of an object and what to keep of it; `before` is what is kept now. */
  readonly digest: (object: unknown, find: (key: string) => T | undefined) => readonly [string, T];
  /** Called when an object appeared, changed or disappeared. Not called for the first list, unless `reportsFirst`. */
  readonly onChange: (key: string, before: T | undefined, after: T | undefined) => void;
  readonly reportsFirst?: boolean;
  readonly onTrouble: (trouble: Refusal) => void;
  readonly signal: AbortSignal;
}

export interface Reflector<T> {
  readonly kept: ReadonlyMap<string, T>;
  /**
   * Resolves after the first list, or when the API server denies it: then objects are reported as soon as the list is
   * allowed.
   */
  readonly begun: Promise<void>;
  /** False until the first list has succeeded. Until then, an empty result proves nothing. */
  readonly isSeen: () => boolean;
}

const longestRetryMs = 30_000;
const watchSeconds = 300;

/**
 * Keeps a copy of the objects at a path until the signal aborts. It lists them, watches them, and after every failure
 * lists them again, with growing, jittered pauses. It misses only objects that appeared and disappeared while it could
 * not watch.
 */
export function reflect<T>(options: ReflectorOptions<T>): Reflector<T> {
  const kept = new Map<string, T>();
  let begin: () => void = () => undefined;
  const begun = new Promise<void>((resolve) => {
    begin = resolve;
  });
  let isSeen = false;
  const onListed = () => {
    isSeen = true;
    begin();
  };
  void reflectUntilAborted(options, kept, { onListed, begin });
  return { kept, begun, isSeen: () => isSeen };
}

async function reflectUntilAborted<T>(
  options: ReflectorOptions<T>,
  kept: Map<string, T>,
  { onListed, begin }: { readonly onListed: () => void; readonly begin: () => void },
): Promise<void> {
  const { signal, onTrouble, path } = options;
  let isQuiet = options.reportsFirst !== true;
  let failures = 0;
  while (!signal.aborted) {
    const began = Date.now();
    try {
      const version = await list(options, kept, isQuiet);
      isQuiet = false;
      onListed();
      await watch(options, kept, version);
    } catch (error) {
      if (isAborted(signal)) break;
      if (hasCode(error, 410)) continue; // the requested version is too old
      onTrouble(apiTrouble(`watch ${path}`, error));
      if (hasCode(error, 403)) {
        isQuiet = false;
        begin();
      }
      // If lists are allowed but watches fail at once, the pauses must grow, too.
      failures = Date.now() - began > longestRetryMs ? 1 : failures + 1;
      await pause(retryDelay(failures - 1, longestRetryMs), signal);
    }
  }
  begin();
}

/** Returns the version from which to watch. */
async function list<T>(
  options: ReflectorOptions<T>,
  kept: Map<string, T>,
  isQuiet: boolean,
): Promise<string> {
  const { client, path, digest, onChange } = options;
  const found = new Map<string, T>();
  const accept = options.metadataOnly ? { accept: metadataOnly.list } : {};
  let version = '';
  for await (const page of listed(client, { path, ...selectorsOf(options), ...accept })) {
    version = page.resourceVersion;
    for (const item of page.items) found.set(...digest(item, (key) => kept.get(key)));
  }
  const before = new Map(kept);
  kept.clear();
  for (const [key, after] of found) kept.set(key, after);
  if (isQuiet) return version;
  for (const [key, after] of found) onChange(key, before.get(key), after);
  for (const [key, gone] of before) if (!found.has(key)) onChange(key, gone, undefined);
  return version;
}

function selectorsOf<T>({ fieldSelector, labelSelector }: ReflectorOptions<T>) {
  return {
    ...(fieldSelector === undefined ? {} : { fieldSelector }),
    ...(labelSelector === undefined ? {} : { labelSelector }),
  };
}

const eventSchema = z.object({
  type: z.enum(['ADDED', 'MODIFIED', 'DELETED', 'BOOKMARK', 'ERROR']),
  object: z.unknown(),
});

const versionSchema = z.object({ metadata: z.object({ resourceVersion: z.string() }) });
const errorSchema = z.object({ code: z.int().default(500) });

/** Watches until something fails. The server ends a watch after some minutes, which is not a failure. */
async function watch<T>(
  options: ReflectorOptions<T>,
  kept: Map<string, T>,
  from: string,
): Promise<void> {
  const { client, path, signal } = options;
  let version = from;
  while (!isAborted(signal)) {
    const events = client.stream({
      path,
      query: {
        watch: 'true',
        allowWatchBookmarks: 'true',
        resourceVersion: version,
        timeoutSeconds: String(Math.round(watchSeconds * (1 + Math.random()))),
        ...selectorsOf(options),
      },
      ...(options.metadataOnly ? { accept: metadataOnly.watch } : {}),
      signal,
    });
    const began = Date.now();
    for await (const event of events) version = take(options, kept, event);
    if (Date.now() - began < 1_000) throw new Error('the watch ended at once');
  }
}

/** Returns the version of the event. */
function take<T>(
  { digest, onChange }: ReflectorOptions<T>,
  kept: Map<string, T>,
  event: unknown,
): string {
  const { type, object } = eventSchema.parse(event);
  if (type === 'ERROR') throw apiError(errorSchema.parse(object).code, object);
  const { resourceVersion } = versionSchema.parse(object).metadata;
  if (type === 'BOOKMARK') return resourceVersion;
  const [key, after] = digest(object, (name) => kept.get(name));
  const before = kept.get(key);
  if (type === 'DELETED') kept.delete(key);
  else kept.set(key, after);
  onChange(key, before, type === 'DELETED' ? undefined : after);
  return resourceVersion;
}
