/** What was started, to be stopped in reverse order when the user says so or something fails. */
export interface Lifetime {
  /** Aborts at the first Ctrl-C, SIGTERM, or when the terminal is closed. A second one ends the process at once. */
  readonly interrupted: AbortSignal;
  defer(stop: () => Promise<unknown>): void;
  /** The work's result; rejects with the signal's reason when interrupted before. */
  orInterrupted<T>(work: Promise<T>): Promise<T>;
  /** Stops what was started, under `show` when there is anything. */
  end(show: (stop: () => Promise<void>) => Promise<void>): Promise<void>;
}

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
const interruptedExit = 130;

/** What was started has ended by then, or never will. */
const longestEndMs = 58_000;

/** npm passes on the signal that the terminal has sent to us as well. */
const onePressMs = 500;

export function newLifetime(): Lifetime {
  const stops: (() => Promise<unknown>)[] = [];
  const interrupt = new AbortController();
  let firstAt = 0;
  const onSignal = () => {
    // What we started ends with us: each server has a guard that sees us go.
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
