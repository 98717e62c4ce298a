import { spawn, type ChildProcess, type SpawnOptions } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';

interface ServerOptions extends Pick<SpawnOptions, 'cwd' | 'env' | 'uid' | 'gid'> {
  readonly file: string;
  readonly args: readonly string[];
  /** Signal for an orderly shutdown. */
  readonly stopSignal: NodeJS.Signals;
  /** Time limit of the shutdown, before the server is killed. */
  readonly graceMs: number;
  /** Directory to delete if the guard stops the server because this process died. */
  readonly scratchDir?: string;
}

export interface ServerProcess {
  readonly pid: number;
  /** Resolves when the process has ended, with its exit code or signal. */
  readonly ended: Promise<string>;
  /** The last part of its stdout and stderr. */
  readonly output: () => string;
  /** Whether the output contains `text`, now or within `limitMs`. */
  readonly seen: (text: string, limitMs: number) => Promise<boolean>;
  readonly stop: () => Promise<void>;
}

const keptOutput = 8_192;

/**
 * Starts a server as a child process that ends with this process.
 *
 * It runs in its own process group, so a Ctrl-C in the terminal reaches only us and we stop it after our own
 * orderly shutdown. If we die without a shutdown (SIGKILL, crash), a guard process `sh` sees its standard input close
 * and stops the server.
 */
export async function startServerProcess(options: ServerOptions): Promise<ServerProcess> {
  const { file, args, stopSignal, graceMs, scratchDir, ...rest } = options;
  const child = spawn(file, args, { ...rest, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  const keep = (chunk: Buffer) => (output = (output + chunk.toString()).slice(-keptOutput));
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  const ended = new Promise<string>((resolve) => {
    child.once('exit', (code, signal) => {
      resolve(signal ?? `exit code ${String(code)}`);
    });
  });
  const pid = await started(child);
  const guard = stopWithUs(pid, stopSignal, scratchDir);
  void ended.then(() => guard.kill('SIGKILL'));
  const stop = async () => {
    child.kill(stopSignal);
    const killed = new AbortController();
    void sleep(graceMs, undefined, { signal: killed.signal }).then(
      () => child.kill('SIGKILL'),
      () => undefined,
    );
    await ended;
    killed.abort();
  };
  const seen = async (text: string, limitMs: number) => {
    const deadline = Date.now() + limitMs;
    while (!output.includes(text) && Date.now() < deadline) await sleep(20);
    return output.includes(text);
  };
  return { pid, ended, output: () => output, seen, stop };
}

function started(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('spawn', () => {
      resolve(child.pid ?? 0);
    });
  });
}

const guardScript = `
  read -r _
  kill -s "$1" "$0"
  while [ -n "$2" ] && kill -0 "$0"; do sleep 0.1; done
  [ -z "$2" ] || rm -rf "$2"`;

function stopWithUs(pid: number, signal: NodeJS.Signals, scratchDir = ''): ChildProcess {
  const args = [String(pid), signal.slice('SIG'.length), scratchDir];
  const guard = spawn('sh', ['-c', guardScript, ...args], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  guard.on('error', () => undefined);
  guard.unref();
  return guard;
}
