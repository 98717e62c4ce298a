import { isAborted, pause, retryDelay } from '../core/waiting.ts';

/** Things to do, each known by a key. */
export interface WorkQueue<T> {
  /** To add what waits already changes nothing; what is being done now is done once more. */
  readonly add: (key: string, item: T) => void;
  /** The same, when nothing else is to be done. */
  readonly addForLater: (key: string, item: T) => void;
  /** Resolves after the signal has aborted and what was being done has ended. */
  readonly stopped: Promise<void>;
}

export interface QueueOptions<T> {
  readonly work: (item: T) => Promise<void>;
  /** Told of every attempt that failed, and of how long nothing is tried now. */
  readonly onFailure: (error: unknown, item: T, retryMs: number) => void;
  readonly signal: AbortSignal;
}

const longestRetryMs = 30_000;

/**
 * Does one thing after the other. What fails goes to the end and is tried again, with exponential backoff while
 * everything fails: nothing is ever lost, and as items say "look" and never what, nothing is ever out of date.
 */
export function workQueue<T>({ work, onFailure, signal }: QueueOptions<T>): WorkQueue<T> {
  const waiting = lanes<T>();
  let wake: () => void = () => undefined;
  signal.addEventListener(
    'abort',
    () => {
      wake();
    },
    { once: true },
  );
  const add = (key: string, item: T) => {
    waiting.addFirst(key, item);
    wake();
  };
  const addForLater = (key: string, item: T) => {
    waiting.addLast(key, item);
    wake();
  };
  const idle = () =>
    new Promise<void>((resolve) => {
      wake = resolve;
      if (waiting.size() > 0 || signal.aborted) resolve();
    });
  const run = async () => {
    for (let failures = 0; !signal.aborted;) {
      const next = waiting.take(); // before the work, so that what changes meanwhile is looked at again
      if (next === undefined) {
        await idle();
        continue;
      }
      const [key, item] = next;
      try {
        await work(item);
        failures = 0;
      } catch (error) {
        addForLater(key, item);
        if (isAborted(signal)) return;
        const retryMs = retryDelay(failures, longestRetryMs);
        failures += 1;
        onFailure(error, item, retryMs);
        await pause(retryMs, signal);
      }
    }
  };
  return { add, addForLater, stopped: run() };
}

/** Things that wait, each once, of which some go before the others. */
function lanes<T>() {
  const first = new Map<string, T>();
  const last = new Map<string, T>();
  return {
    size: () => first.size + last.size,
    addFirst(key: string, item: T) {
      if (!first.has(key)) first.set(key, item);
      last.delete(key);
    },
    addLast(key: string, item: T) {
      if (!first.has(key) && !last.has(key)) last.set(key, item);
    },
    take() {
      const lane = first.size > 0 ? first : last;
      const [next] = lane;
      if (next !== undefined) lane.delete(next[0]);
      return next;
    },
  };
}
