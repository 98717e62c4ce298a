import { setTimeout as sleep } from 'node:timers/promises';
import { failureClass } from '../core/error-codes.ts';
import type { Refusal } from '../core/refusal.ts';
import { isRefusal } from './failure.ts';

/** How long one attempt may wait, in milliseconds. */
interface Patience {
  readonly writerTimeoutMs: number;
  readonly lockTimeoutMs: number;
}

interface Waiting {
  /** For all attempts together. */
  readonly waitMs: number;
  readonly signal: AbortSignal;
  /** Called once, before the second attempt. */
  readonly onWait: (refusal: Refusal) => void;
  readonly now?: () => number;
  readonly pause?: (ms: number) => Promise<unknown>;
}

/** The first attempt waits no longer for a writer, so that the user soon learns what is waited for. */
const firstWaitMs = 1_000;
/** After this time an attempt gives the lock's queue free for others. */
const longestLockMs = 5_000;
/** A lock that is held for a moment is no reason to fail, even with `--wait 0`. */
const shortestLockMs = 250;

/** Tries again while others write to the database, until the time is over. Throws what the last attempt threw. */
export async function whenFree<T>(
  attempt: (patience: Patience) => Promise<T>,
  { waitMs, signal, onWait, now = Date.now, pause = sleep }: Waiting,
): Promise<T> {
  const deadline = now() + waitMs;
  for (let attempts = 1; ; attempts += 1) {
    const leftMs = Math.max(deadline - now(), 0);
    try {
      return await attempt({
        writerTimeoutMs: attempts === 1 ? Math.min(firstWaitMs, leftMs) : leftMs,
        lockTimeoutMs: Math.max(Math.min(longestLockMs, leftMs), shortestLockMs),
      });
    } catch (error) {
      const restMs = deadline - now();
      if (signal.aborted || !isContention(error) || restMs <= 0) throw error;
      if (attempts === 1) onWait(error);
      await pause(Math.min(500 + Math.random() * 1_000, restMs));
    }
  }
}

function isContention(error: unknown): error is Refusal {
  return isRefusal(error) && failureClass(error.code) === 'contention';
}
