import { classifyError } from './classify.ts';
import type { Database } from './pool.ts';

/** Reads the catalog, as a part of a transaction that writes. Throws Refusal: an error in it is none of the plan's. */
export async function looking<T>({ target }: Database, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw classifyError(error, 'inspect', target);
  }
}
