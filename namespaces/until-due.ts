import { pause } from '../core/waiting.ts';

/** Waits until a time has passed or there is something to do. */
export interface Due {
  readonly now: () => void;
  /** Resolves after the time, at once if `now` was called since the last wait, or when the signal aborts. */
  readonly wait: (ms: number, signal: AbortSignal) => Promise<void>;
}

/** Milliseconds in which several calls are taken together. */
const together = 50;

export function untilDue(): Due {
  let isDue = false;
  let wake: () => void = () => undefined;
  return {
    now() {
      isDue = true;
      wake();
    },
    async wait(ms, signal) {
      await new Promise<void>((resolve) => {
        const done = () => {
          clearTimeout(timer);
          signal.removeEventListener('abort', done);
          resolve();
        };
        const timer = setTimeout(done, ms);
        wake = done;
        signal.addEventListener('abort', done);
        if (isDue || signal.aborted) done();
      });
      await pause(together, signal);
      isDue = false;
    },
  };
}
