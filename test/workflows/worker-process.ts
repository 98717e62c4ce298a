import { spawn, type ChildProcess } from 'node:child_process';
import { dirname, join } from 'node:path';
import type { Bench } from './bench.ts';

/** A worker in a separate process, so that it can be killed. It is the production worker, built by `npm run build`. */
export function spawnWorker(bench: Bench, healthPort = 0): ChildProcess {
  return spawn(process.execPath, ['--no-warnings', 'dist/worker/main.js'], {
    env: environmentOf(bench, healthPort),
    stdio: 'ignore',
  });
}

/** The settings of a worker or a watcher of a bench in a separate process. */
export function environmentOf(bench: Bench, httpPort: number): NodeJS.ProcessEnv {
  return {
    ...process.env,
    TEMPORAL_ADDRESS: bench.address,
    TEMPORAL_NAMESPACE: bench.client.options.namespace,
    TEMPORAL_TASK_QUEUE: bench.taskQueue,
    PGWARDEN_POLICIES: bench.directory,
    PGWARDEN_STATE: join(dirname(bench.directory), 'state'),
    PGWARDEN_HTTP_ADDR: `127.0.0.1:${httpPort}`,
  };
}

/** Its exit code. Null when the signal ended it. */
export async function killed(
  child: ChildProcess,
  signal: 'SIGKILL' | 'SIGTERM',
): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  child.kill(signal);
  return ended;
}
