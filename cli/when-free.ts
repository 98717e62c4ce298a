import { setTimeout as sleep } from 'node:timers/promises';
import { failureClass } from '../core/error-codes.ts';
import type { Refusal } from '../core/refusal.ts';
import { isRefusal } from './failure.ts';

/** Time limits of one attempt, in milliseconds. */
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

/** The first attempt has a short limit, so that the user soon sees which writer blocks it. */
const firstWaitMs = 1_000;
/** An attempt leaves the lock queue after this time, so that it does not block others. */
const longestLockMs = 5_000;
/** Even `--wait 0` waits this long, so that a brief lock does not fail the command. */
const shortestLockMs = 250;

/** Retries while other sessions write to the database. After the time limit, throws the error of the last attempt. */
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
