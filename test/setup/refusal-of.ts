import { Refusal } from '../../core/refusal.ts';

/** The refusal that ends the work. Any other end is thrown. */
export async function refusalOf(work: Promise<unknown>): Promise<Refusal> {
  try {
    await work;
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}
