/** Ends the wait for an answer that does not come, or that never ends. */
export interface AnswerClock {
  /** How long the server may be silent: its own timeout for a statement, and a little more. */
  limit(silenceMs: number): void;
  /** How many statements the next message has. */
  expect(statements: number): void;
  /** A message is sent. Nothing changes while an answer is awaited. */
  start(): void;
  /** The server sent something. */
  heard(): void;
  /** The answer is complete, or nobody waits for it any more. */
  stop(): void;
}

/** What a statement of a batch may take on average, since PostgreSQL limits each of them alone. */
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
