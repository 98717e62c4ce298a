import { isAborted, pause, retryDelay } from '../core/waiting.ts';

/** A queue of tasks with keys. */
export interface WorkQueue<T> {
  /** Adds a task. A task that is already queued is not added twice; one that is running runs once more. */
  readonly add: (key: string, item: T) => void;
  /** Adds a task that runs only when no other task is queued. */
  readonly addForLater: (key: string, item: T) => void;
  /** Resolves when the signal has aborted and the running task has ended. */
  readonly stopped: Promise<void>;
}

export interface QueueOptions<T> {
  readonly work: (item: T) => Promise<void>;
  /** Called for every failed attempt, with the pause before the next attempt. */
  readonly onFailure: (error: unknown, item: T, retryMs: number) => void;
  readonly signal: AbortSignal;
}

const longestRetryMs = 30_000;

/**
 * Runs one task after the other. A failed task goes to the end and runs again, with exponential backoff while
 * everything fails. No task is lost, and because a task says what to check and not what changed, none is ever outdated.
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
      const next = waiting.take(); // before the work, so that a change during the work is checked again
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

/** Queued tasks, each once, in two lanes: the first lane goes before the last. */
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
