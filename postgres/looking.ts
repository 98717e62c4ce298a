import type { Database } from './pool.ts';
import { inspectionFailed } from './sight-lost.ts';

/** Reads the catalog within a transaction that writes. Throws Refusal: an error here is not an error of the plan. */
export async function looking<T>({ target }: Database, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw inspectionFailed(error, target);
  }
}
