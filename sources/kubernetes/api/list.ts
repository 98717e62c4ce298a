import { z } from 'zod';
import type { ApiClient } from './client.ts';

/** `Accept` headers for responses with names and labels only, without content. */
export const metadataOnly = {
  list: 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1',
  watch: 'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1',
};

export interface ListRequest {
  readonly path: string;
  readonly fieldSelector?: string;
  readonly labelSelector?: string;
  readonly accept?: string;
}

const pageSchema = z.object({
  metadata: z.object({ resourceVersion: z.string(), continue: z.string().optional() }),
  items: z.array(z.unknown()).nullable(),
});

const pageLength = 250;

/** Lists page by page, so that a thousand large objects are never in memory at once. */
export async function* listed(
  client: ApiClient,
  { path, accept, ...selectors }: ListRequest,
): AsyncGenerator<{ readonly items: readonly unknown[]; readonly resourceVersion: string }> {
  let next = '';
  do {
    const query = {
      limit: String(pageLength),
      ...selectors,
      ...(next === '' ? {} : { continue: next }),
    };
    const { metadata, items } = pageSchema.parse(await client.get(path, query, accept));
    yield { items: items ?? [], resourceVersion: metadata.resourceVersion };
    next = metadata.continue ?? '';
  } while (next !== '');
}
