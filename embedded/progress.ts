/** What a step writes to; `process.stderr` unless told, so that stdout stays for results. */
interface ProgressOutput {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

/** Tell what a step is at right now; shown on a terminal only. */
export type Report = (detail: string) => void;

interface StepOptions {
  readonly output?: ProgressOutput;
  readonly env?: NodeJS.ProcessEnv;
}

const heartbeatMs = 60_000;

/**
 * Run one step of set-up and show what it is, how far, and how long it took.
 *
 * A terminal sees one line that is rewritten each second. Anything else (a pipe, `CI=true`) sees a line at
 * the start, one at the end, and one a minute between, so that a long build is not taken for a hung one.
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
