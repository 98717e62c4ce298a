/** The output of a step. The default is `process.stderr`, so that stdout contains only results. */
interface ProgressOutput {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

/** Reports the current detail of a step. It is shown only on a terminal. */
export type Report = (detail: string) => void;

interface StepOptions {
  readonly output?: ProgressOutput;
  readonly env?: NodeJS.ProcessEnv;
}

const heartbeatMs = 60_000;

/**
 * Runs one step of the setup, and shows its name, progress and duration.
 *
 * A terminal shows one line that is updated every second. Other outputs (a pipe, `CI=true`) get a line at the start,
 * one every minute, and one at the end, so that a long build does not look stuck.
 */
export async function step<T>(
  what: string,
  work: (report: Report) => Promise<T>,
  { output = process.stderr, env = process.env }: StepOptions = {},
): Promise<T> {
  const startedAt = performance.now();
  const elapsed = () => `${((performance.now() - startedAt) / 1000).toFixed(1)} s`;
  const live = output.isTTY === true && env.CI !== 'true';
  const show = live ? rewriteLine(output) : writeLine(output);
  let detail = '';
  const tick = () => {
    show(`${what} ... ${elapsed()}${live && detail !== '' ? ` (${detail})` : ''}`);
  };
  show(`${what} ...`);
  const timer = setInterval(tick, live ? 1_000 : heartbeatMs);
  const finish = (outcome: string) => {
    clearInterval(timer);
    show(`${what}: ${outcome} ${elapsed()}`);
    if (live) output.write('\n');
  };
  try {
    const result = await work((text) => (detail = text));
    finish('done in');
    return result;
  } catch (error) {
    finish('failed after');
    throw error;
  }
}

function writeLine(output: ProgressOutput) {
  return (line: string) => {
    output.write(`${line}\n`);
  };
}

function rewriteLine(output: ProgressOutput) {
  return (line: string) => {
    output.write(`\r\u001b[K${line.slice(0, 110)}`);
  };
}
