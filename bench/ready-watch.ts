import { z } from 'zod';
import type { ApiClient } from '../sources/kubernetes/api/client.ts';
import { paths } from '../sources/kubernetes/paths.ts';

const event = z.object({
  object: z.looseObject({
    metadata: z.object({ name: z.string(), generation: z.int() }),
    status: z
      .looseObject({
        observedGeneration: z.int().optional(),
        conditions: z.array(z.looseObject({ type: z.string(), status: z.string() })).optional(),
      })
      .optional(),
  }),
});

/** Watches the policies of a namespace, and reports to the millisecond when each becomes Ready for its newest spec. */
export interface ReadyWatch {
  /** Resolves when the policy was seen Ready for `generation` or a later one. */
  ready(name: string, generation?: number): Promise<void>;
  stop(): void;
}

export function watchReady(api: ApiClient, namespace: string): ReadyWatch {
  const seen = new Map<string, number>();
  const waiting = new Map<string, { readonly generation: number; readonly done: () => void }>();
  const stop = new AbortController();
  /** Runs until the API server ends the watch, as it does after minutes, or when the watcher lags behind. */
  const look = async () => {
    const path = paths.policies(namespace);
    const query = { watch: 'true', resourceVersion: '0' }; // the list of all existing policies comes first
    for await (const one of api.stream({ path, query, signal: stop.signal })) {
      const { metadata, status = {} } = event.parse(one).object;
      const isReady = status.conditions?.some(
        (each) => each.type === 'Ready' && each.status === 'True',
      );
      if (isReady !== true || status.observedGeneration !== metadata.generation) continue;
      seen.set(metadata.name, metadata.generation);
      const waiter = waiting.get(metadata.name);
      if (waiter !== undefined && waiter.generation <= metadata.generation) waiter.done();
    }
  };
  const lookOn = async () => {
    while (!stop.signal.aborted) await look();
  };
  lookOn().catch((error: unknown) => {
    if (!stop.signal.aborted) throw error;
  });
  return {
    ready: (name, generation = 1) =>
      new Promise((resolve) => {
        if ((seen.get(name) ?? 0) >= generation) resolve();
        else waiting.set(name, { generation, done: resolve });
      }),
    stop() {
      stop.abort();
    },
  };
}
