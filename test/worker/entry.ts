import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { freePort } from '../../embedded/ports.ts';

/** A compiled process entry, as it runs in production. */
export interface Entry {
  readonly port: number;
  /** Its whole output. */
  readonly output: () => string;
  /** Messages in its log with `level`, in pino's numbers. */
  readonly logged: (level: number) => readonly string[];
  /** Status code and text; `0` while nobody listens. */
  readonly get: (path: string) => Promise<string>;
  readonly signal: (name: 'SIGTERM' | 'SIGKILL') => void;
  /** Its exit code, null when a signal ended it. */
  readonly ended: Promise<number | null>;
}

export async function startEntry(
  name: 'worker' | 'watcher',
  environment: Readonly<Record<string, string>>,
): Promise<Entry> {
  const port = await freePort();
  const http = { PGWARDEN_HTTP_ADDR: `127.0.0.1:${port}` };
  const env = { PATH: process.env.PATH, ...http, ...environment };
  const child = spawn(process.execPath, [`dist/${name}/main.js`], { env });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
  }
  return {
    port,
    output: () => output,
    logged: (level) => messagesIn(output, level),
    get: (path) =>
      fetch(`http://127.0.0.1:${port}${path}`).then(
        async (response) => `${response.status} ${(await response.text()).trim()}`,
        () => '0',
      ),
    signal: (signal) => void child.kill(signal),
    ended: once(child, 'close').then(([code]: (number | null)[]) => code ?? null),
  };
}

interface Line {
  readonly level: number;
  readonly msg: string;
}

function messagesIn(output: string, level: number): readonly string[] {
  const lines = output.split('\n').filter((line) => line.startsWith('{'));
  return lines
    .map((line) => JSON.parse(line) as Line)
    .filter((line) => line.level === level)
    .map(({ msg }) => msg);
}
