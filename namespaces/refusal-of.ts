import { Refusal } from '../core/refusal.ts';

/** Does the work. Returns the Refusal if it throws one. */
export async function refusalOf(work: () => Promise<void>): Promise<Refusal | undefined> {
  try {
    await work();
    return undefined;
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
}
