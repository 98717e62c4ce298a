import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { dependencyRule } from '../../dependency-rule.js';
import { imageEngine, type ImageEngine } from '../../tools/images/engine.ts';
import { buildProductImage, type BuiltImage } from '../../tools/images/product-image.ts';

const buildLimitMs = 1_200_000;

let engine: ImageEngine;
let image: BuiltImage;

beforeAll(async () => {
  engine = await imageEngine();
  image = await buildProductImage(engine);
}, buildLimitMs);

afterAll(async () => {
  await engine.stop();
}, 60_000);

/** In a container with the settings of the chart. */
function run(options: readonly string[], ...args: readonly string[]): Promise<string> {
  const closed = ['--read-only', '--cap-drop', 'ALL', '--network', 'none'];
  return engine.docker(['run', '--rm', ...closed, ...options, image.name, ...args]);
}

test('the image is smaller than 350 MB', () => {
  expect(image.size).toBeGreaterThan(100e6);
  expect(image.size).toBeLessThan(350e6);
});

test(
  'BuildKit builds the same image from the Dockerfile',
  async () => {
    const other = await buildProductImage(engine, { buildkit: true });
    expect(other.name).not.toBe(image.name);
    expect(Math.abs(other.size - image.size) / image.size).toBeLessThan(0.01);
    expect(await startOf(other.name)).toEqual(await startOf(image.name));
    const command = ['run', '--rm', '--network=none', other.name, 'dist/cli/main.js', '--version'];
    expect(await engine.docker(command)).toMatch(/^0\.1\.0/);
    await engine.docker(['image', 'rm', other.name]);
  },
  buildLimitMs,
);

/** The settings with which its containers start. */
async function startOf(name: string): Promise<unknown> {
  const parts = ['User', 'Env', 'Entrypoint', 'Cmd', 'WorkingDir'];
  const format = parts.map((part) => `{{json .Config.${part}}}`).join(',');
  return JSON.parse(`[${await engine.docker(['image', 'inspect', '--format', format, name])}]`);
}

test('Node.js is the first process, as user nobody, without a shell', async () => {
  const text = await engine.docker([
    'image',
    'inspect',
    '--format',
    '{{json .Config}}',
    image.name,
  ]);
  expect(JSON.parse(text)).toMatchObject({
    User: '65534:65534',
    Entrypoint: ['/usr/local/bin/node'],
    Cmd: ['--max-semi-space-size=4', 'dist/worker/main.js'],
    Labels: {
      'org.opencontainers.image.title': 'pgwarden',
      'org.opencontainers.image.licenses': 'Apache-2.0',
      'org.opencontainers.image.version': '0.1.0',
      'org.opencontainers.image.revision': expect.stringMatching(/^[0-9a-f]{40}$/),
    },
  });
  expect(await run([], '-p', '`${process.pid} ${process.getuid()} ${process.getgid()}`')).toBe(
    '1 65534 65534',
  );
});

test('the image has no development package, no npm, and no file that it could write to', async () => {
  const lock = JSON.parse(await readFile('package-lock.json', 'utf8')) as Lockfile;
  const development = Object.entries(lock.packages)
    .filter(([, { dev, devOptional }]) => dev === true || devOptional === true)
    .map(([path]) => path);
  expect(development).toContain('node_modules/jest');
  const unwanted = [...development, '/usr/local/bin/npm', 'test', 'embedded'];
  const found = `const { existsSync } = require('node:fs');
    ${JSON.stringify(unwanted)}.filter((path) => existsSync(path)).join()`;
  expect(await run([], '-p', found)).toBe('');
  const written = `require('node:child_process').spawnSync('find', ['/pgwarden', '-writable']).stdout.toString()`;
  expect(await run([], '-p', written)).toBe('');
});

test('the image has the folders of the product and no tool', async () => {
  const folders = `const { readdirSync } = require('node:fs');
    readdirSync('dist', { withFileTypes: true }).flatMap((each) => each.isDirectory() ? [each.name] : []).join()`;
  const product = [...Object.keys(dependencyRule), 'bundled', 'cli'].toSorted();
  expect(await run([], '-p', folders)).toBe(product.join());
});

interface Lockfile {
  readonly packages: Readonly<Record<string, { readonly dev?: true; readonly devOptional?: true }>>;
}

test('a worker without Temporal waits for it, and exits with code 0 when it is stopped', async () => {
  const settings = { PGWARDEN_POLICIES: '/tmp', TEMPORAL_ADDRESS: '127.0.0.1:1' };
  const options = Object.entries(settings).flatMap(([name, value]) => [
    '--env',
    `${name}=${value}`,
  ]);
  const stopped = `const { spawn } = require('node:child_process');
    const worker = spawn(process.execPath, ['dist/worker/main.js'], { stdio: ['ignore', 'pipe', 'inherit'] });
    let output = '';
    let isTold = false;
    worker.stdout.on('data', (chunk) => {
      output += chunk;
      if (isTold || !output.includes('waiting for temporal')) return;
      isTold = true;
      worker.kill('SIGTERM');
    });
    worker.on('close', (code) => console.log('exit code', code, output));`;
  expect(await run(options, '-e', stopped)).toMatch(
    /^exit code 0 .*waiting for temporal.*worker stopped/s,
  );
}, 90_000);

test('the image has the command line, and the workflows need no compiler', async () => {
  expect(await run([], 'dist/cli/main.js', '--version')).toMatch(/^0\.1\.0/);
  const bundle = `require('node:fs').statSync('dist/workflow-bundle.js').size > 100_000`;
  expect(await run([], '-p', bundle)).toBe('true');
});

test('the image has the licences of its packages', async () => {
  const found = (name: string, pattern: RegExp) =>
    run(
      [],
      '-p',
      `${String(pattern)}.exec(require('node:fs').readFileSync('${name}', 'utf8'))?.[0]`,
    );
  expect(await found('LICENSE', /Apache License/)).toBe('Apache License');
  expect(await found('THIRD-PARTY-NOTICES.txt', /^pg \d+\.\d+/m)).toMatch(/^pg \d/);
});

test('the image verifies Temporal with the certificates of Node.js', async () => {
  const count = `require('node:fs').readFileSync('/etc/ssl/certs/ca-certificates.crt', 'utf8').match(/BEGIN/g).length
    - require('node:tls').rootCertificates.length`;
  expect(await run([], '-p', count)).toBe('0');
});
