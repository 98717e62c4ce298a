/**
 * Maps in order, with at most `limit` calls at work at a time. A process may not be able to open a thousand files at
 * once.
 */
export async function mapLimited<T, R>(
  items: readonly T[],
  limit: number,
  map: (item: T) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  const queue = items.entries();
  const workers = Array.from({ length: limit }, async () => {
    for (const [index, item] of queue) results[index] = await map(item);
  });
  await Promise.all(workers);
  return results;
}
