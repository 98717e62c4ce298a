import { cancellationSignal, heartbeat } from '@temporalio/activity';
import { failureClass } from '../core/error-codes.ts';
import { Refusal } from '../core/refusal.ts';
import { refusedBy } from './boundary.ts';
import type { Refused } from './contract.ts';

const beatMs = 5_000;

/**
 * Work that changes a database: it beats, so that a worker that vanished is noticed. Contention is thrown, every other
 * refusal is the result.
 */
export async function whileWriting<T>(work: () => Promise<T>): Promise<T | Refused> {
  const beats = setInterval(heartbeat, beatMs);
  try {
    return await work();
  } catch (error) {
    cancellationSignal().throwIfAborted();
    if (error instanceof Refusal && failureClass(error.code) !== 'contention')
      return refusedBy(error);
    throw error;
  } finally {
    clearInterval(beats);
  }
}
