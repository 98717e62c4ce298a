import type { Pool } from 'tarn';

/**
 * Waits for a resource of the pool until it is free, the pool's time is over or the signal aborts, also one that was
 * aborted before. Throws the error of tarn.
 */
export async function acquired<T>(pool: Pool<T>, signal: AbortSignal | undefined): Promise<T> {
  const waiting = pool.acquire();
  const abort = (): void => {
    waiting.abort();
  };
  signal?.addEventListener('abort', abort, { once: true });
  if (signal?.aborted === true) abort();
  try {
    return await waiting.promise;
  } finally {
    signal?.removeEventListener('abort', abort);
  }
}
