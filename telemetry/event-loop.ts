import { monitorEventLoopDelay } from 'node:perf_hooks';

const resolutionMs = 10;
const windowMs = 60_000;

/** How long this process kept timers and responses of servers waiting. */
export interface EventLoopDelay {
  /**
   * The longest delay of the last one to two minutes. It does not start over when it is read, because Prometheus and
   * OTLP read it independently. Up to 10 ms shorter than the work that caused it.
   */
  readonly longestSeconds: () => number;
  readonly stop: () => void;
}

export function eventLoopDelay(): EventLoopDelay {
  const histogram = monitorEventLoopDelay({ resolution: resolutionMs });
  let before = 0;
  const timer = setInterval(() => {
    before = histogram.max;
    histogram.reset();
  }, windowMs);
  timer.unref();
  histogram.enable();
  return {
    // The histogram has the time between two turns of a timer, in nanoseconds.
    longestSeconds: () => Math.max(0, Math.max(before, histogram.max) / 1e9 - resolutionMs / 1_000),
    stop() {
      clearInterval(timer);
      histogram.disable();
    },
  };
}
