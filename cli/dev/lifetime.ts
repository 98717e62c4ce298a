/** Collects what was started, and stops it in reverse order after an interrupt or a failure. */
export interface Lifetime {
  /** Aborts at the first Ctrl-C, SIGTERM, or when the terminal is closed. A second one ends the process at once. */
  readonly interrupted: AbortSignal;
  defer(stop: () => Promise<unknown>): void;
  /** Returns the result of the work, or rejects with the reason of the signal if an interrupt comes first. */
  orInterrupted<T>(work: Promise<T>): Promise<T>;
  /** Stops what was started. Calls `show` with the stop function if there is anything to stop. */
  end(show: (stop: () => Promise<void>) => Promise<void>): Promise<void>;
}

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
const interruptedExit = 130;

/** Every server has a shorter limit for its own shutdown; one that runs longer would never end. */
const longestEndMs = 58_000;

/** One Ctrl-C arrives twice under npm: from the terminal and from npm. */
const onePressMs = 500;

export function newLifetime(): Lifetime {
  const stops: (() => Promise<unknown>)[] = [];
  const interrupt = new AbortController();
  let firstAt = 0;
  const onSignal = () => {
    // Our servers end too: the guard process of each one notices that this process exits.
    if (interrupt.signal.aborted && Date.now() - firstAt > onePressMs)
      process.exit(interruptedExit);
    firstAt ||= Date.now();
    interrupt.abort();
  };
  for (const signal of signals) process.on(signal, onSignal);
  return {
    interrupted: interrupt.signal,
    defer: (stop) => stops.push(stop),
    orInterrupted: (work) => Promise.race([work, whenAborted(interrupt.signal)]),
    async end(show) {
      if (interrupt.signal.aborted)
        setTimeout(() => process.exit(interruptedExit), longestEndMs).unref();
      const stopAll = async () => {
        for (const stop of stops.splice(0).reverse()) await stop();
      };
      if (stops.length > 0) await show(stopAll);
      for (const signal of signals) process.off(signal, onSignal);
    },
  };
}

function whenAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const onAbort = () => {
      reject(signal.reason instanceof Error ? signal.reason : new Error('interrupted'));
    };
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
  });
}
