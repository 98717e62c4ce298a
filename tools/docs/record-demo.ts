import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { terminalSvg, type ScreenLine } from './terminal-svg.ts';

const cli = 'dist/cli/main.js';
const policy = 'examples/public.yaml';
const drift = 'GRANT CREATE ON SCHEMA public TO PUBLIC';

/**
 * `npm run docs:demo`, run from the root of the checkout: runs the demo, causes drift in its database, and records the
 * terminal as docs/drift.svg. Everything in the picture is what the programs printed, except the times.
 */
const state = mkdtempSync(join(tmpdir(), 'pgwarden-demo-'));
const demo = spawn(process.execPath, [cli, 'dev', '--state', state], {
  stdio: ['ignore', 'pipe', 'inherit'],
});
try {
  writeFileSync('docs/drift.svg', terminalSvg('pgwarden repairs drift', await record()));
} finally {
  demo.kill('SIGINT');
  await new Promise((resolve) => demo.once('exit', resolve));
  rmSync(state, { recursive: true });
}

async function record(): Promise<readonly ScreenLine[]> {
  const started = await printed(demo, /^Demo database: .*-p (\d+) /m);
  const [, port = ''] = /-p (\d+) /.exec(started) ?? [];
  const [password = ''] = readFileSync(join(state, 'demo/pgpass'), 'utf8')
    .trim()
    .split(':')
    .slice(-1);
  const url = `postgresql://postgres:${password}@127.0.0.1:${port}/shop`;
  const repair = printed(demo, /repaired default\/public: .*\n(?: {4}.*\n)+/);
  const client = new pg.Client(url);
  await client.connect();
  const { command } = await client.query(drift);
  await client.end();
  const before = diff(url);
  const repaired = (await repair).trim().split('\n');
  return screen([
    ['comment', '# someone opens schema public to everyone, by hand'],
    ['command', `psql shop -c '${drift}'`],
    ['output', command],
    ['command', `pgwarden diff -f ${policy} --format summary`],
    ...before.map((line) => ['output', line] as const),
    ['comment', '# pgwarden checks the database at its interval'],
    ...repaired.map((line) => ['output', line.replace(/^\d\d:\d\d:\d\d /, '')] as const),
    ['command', `pgwarden diff -f ${policy} --format summary`],
    ...diff(url).map((line) => ['output', line] as const),
  ]);
}

function diff(url: string): readonly string[] {
  const args = [cli, 'diff', '-f', policy, '--format', 'summary'];
  const { stdout } = spawnSync(process.execPath, args, {
    encoding: 'utf8',
    env: { ...process.env, DATABASE_URL: url },
  });
  return stdout.trim().split('\n');
}

/** Commands and comments stay alone for a moment, so that they can be read. The output of a command appears with it. */
function screen(lines: readonly (readonly [ScreenLine['kind'], string])[]): readonly ScreenLine[] {
  let at = 0;
  return lines.map(([kind, text], index) => {
    if (index > 0) at += kind === 'output' ? 0.4 : 1.6;
    return { at, text, kind };
  });
}

/** Returns the output of a process when it matches. */
function printed(child: ChildProcess, pattern: RegExp): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    child.stdout?.setEncoding('utf8').on('data', (part: string) => {
      text += part;
      const match = pattern.exec(text);
      if (match !== null) resolve(match[0]);
    });
    child.once('exit', () => {
      reject(new Error('the demo ended'));
    });
  });
}
