import type { Database } from './pool.ts';
import { inspectionFailed } from './sight-lost.ts';

/** Reads the catalog, as a part of a transaction that writes. Throws Refusal: an error in it is none of the plan's. */
export async function looking<T>({ target }: Database, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw inspectionFailed(error, target);
  }
}
