/** Ends the wait for a response that does not arrive or does not end. */
export interface AnswerClock {
  /** How long the server may be silent: slightly longer than its own statement timeout. */
  limit(silenceMs: number): void;
  /** The number of statements in the next message. */
  expect(statements: number): void;
  /** A message was sent. Has no effect while another response is pending. */
  start(): void;
  /** The server sent something. */
  heard(): void;
  /** The response is complete, or the caller stopped waiting. */
  stop(): void;
}

/** Average time for a statement of a batch, because PostgreSQL limits each statement separately. */
const msPerStatement = 100;

export function answerClock(onLate: (waitedMs: number) => void): AnswerClock {
  let silenceMs = 0;
  let statements = 1;
  let timers: { readonly silence: NodeJS.Timeout; readonly whole: NodeJS.Timeout } | undefined;
  const stop = (): void => {
    clearTimeout(timers?.silence);
    clearTimeout(timers?.whole);
    timers = undefined;
    statements = 1;
  };
  const after = (ms: number): NodeJS.Timeout =>
    setTimeout(() => {
      stop();
      onLate(ms);
    }, ms);
  return {
    limit(ms) {
      silenceMs = ms;
    },
    expect(count) {
      statements = count;
    },
    start() {
      if (timers !== undefined) return;
      const wholeMs = silenceMs + statements * msPerStatement;
      timers = { silence: after(silenceMs), whole: after(wholeMs) };
    },
    heard() {
      timers?.silence.refresh();
    },
    stop,
  };
}
