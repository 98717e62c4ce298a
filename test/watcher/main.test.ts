import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { temporalAddress } from '../setup/servers.ts';
import { policyYaml } from '../sources/directory.ts';
import { openWatched, type Watched } from './watched.ts';

let watched: Watched;
beforeEach(async () => {
  watched = await openWatched();
});
afterEach(() => watched.close());

/** The compiled process entry, as it runs in production. */
function watcherProcess(environment: Readonly<Record<string, string>>) {
  const env = { PATH: process.env.PATH, ...environment };
  const child = spawn(process.execPath, ['dist/watcher/main.js'], { env });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  const exited = once(child, 'close');
  return {
    kill: () => child.kill('SIGTERM'),
    async exit() {
      const [code] = (await exited) as [number | null];
      return { code, output };
    },
  };
}

test('the process signals policies until it gets SIGTERM, and then exits with code 0', async () => {
  await watched.directory.write('a.yaml', policyYaml(watched.policy('a')));
  const watcher = watcherProcess({
    TEMPORAL_ADDRESS: await temporalAddress(),
    TEMPORAL_TASK_QUEUE: watched.taskQueue,
    PGWARDEN_HTTP_ADDR: '127.0.0.1:0',
    PGWARDEN_POLICIES: watched.directory.path,
    PGWARDEN_STATE: watched.directory.state,
  });
  expect(await watched.untilSignals('a', 1)).toBe(1);
  await watched.directory.write('a.yaml', policyYaml(watched.policy('a'), '  interval: 1m'));
  expect(await watched.untilSignals('a', 2)).toBe(2);
  watcher.kill();
  const { code, output } = await watcher.exit();
  expect(code).toBe(0);
  expect(output.trim().split('\n').at(-1)).toContain('"msg":"watcher stopped"');
});

test('without a directory of policies the process reports the error and fails', async () => {
  const { code, output } = await watcherProcess({ PGWARDEN_HTTP_ADDR: '127.0.0.1:0' }).exit();
  expect(code).toBe(1);
  expect(output).toContain('"error":"PGWARDEN_POLICIES is not set"');
});
