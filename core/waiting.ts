import { setTimeout as sleep } from 'node:timers/promises';

/** Waits `ms` milliseconds. Returns early, and without an error, when the signal aborts. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => undefined);
}

/** TypeScript narrows `signal.aborted` after a first check, but the signal can abort during an await. */
export function isAborted({ aborted }: AbortSignal): boolean {
  return aborted;
}

const firstMs = 500;

/**
 * Milliseconds to wait after this many earlier failures. The delay is jittered, so that clients which lost the same
 * server do not all reconnect at once.
 */
export function retryDelay(failures: number, longestMs: number): number {
  const delay = Math.min(firstMs * 2 ** failures, longestMs);
  return Math.round(delay * (0.75 + Math.random() / 2));
}
