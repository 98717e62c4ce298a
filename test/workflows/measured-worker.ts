import { spawn } from 'node:child_process';
import type { Bench } from './bench.ts';
import { freePort } from '../../embedded/ports.ts';
import { samplesIn, type Samples } from '../setup/prometheus-text.ts';
import { eventually } from './wait.ts';
import { environmentOf, killed } from './worker-process.ts';

/** A production worker in a separate process, its metrics, and its log. */
export interface MeasuredWorker {
  readonly scrape: () => Promise<Samples>;
  readonly text: () => Promise<string>;
  readonly output: () => string;
  readonly stop: () => Promise<void>;
}

/** Resolves when it is ready. */
export async function startMeasured(
  bench: Bench,
  process_: 'worker' | 'watcher',
  environment: Readonly<Record<string, string>> = {},
): Promise<MeasuredWorker> {
  const port = await freePort();
  const child = spawn(process.execPath, ['--no-warnings', `dist/${process_}/main.js`], {
    env: { ...environmentOf(bench, port), LOG_LEVEL: 'debug', ...environment },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
  }
  const get = (path: string) => fetch(`http://127.0.0.1:${port}${path}`);
  const text = async () => (await get('/metrics')).text();
  const isReady = () =>
    get('/readyz').then(
      ({ ok }) => ok,
      () => false,
    );
  try {
    await eventually(async () => {
      if (child.exitCode !== null) throw new Error(`the ${process_} ended: ${output}`);
      return isReady();
    });
  } catch (error) {
    await killed(child, 'SIGKILL');
    throw error;
  }
  return {
    text,
    scrape: async () => samplesIn(await text()),
    output: () => output,
    async stop() {
      await killed(child, 'SIGTERM');
    },
  };
}
