import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, test } from '@jest/globals';
import { billOfMaterials, type Lockfile } from '../../tools/images/bill-of-materials.ts';

const script = resolve('tools/images/notices.js');

function notices(cwd = '.') {
  const { status, stdout, stderr } = spawnSync(process.execPath, [script], {
    cwd,
    encoding: 'utf8',
    maxBuffer: 16 * 2 ** 20,
  });
  return { status, stdout, stderr };
}

interface Packages {
  readonly components: readonly { readonly name: string; readonly version: string }[];
}

test('the notices list every installed package of the bill of materials', () => {
  const lockfile = JSON.parse(readFileSync('package-lock.json', 'utf8')) as Lockfile;
  const { components } = billOfMaterials(lockfile) as Packages;
  const { stdout } = notices();
  const missing = components
    .map(({ name, version }) => `${name} ${version}`)
    .filter((title) => !stdout.includes(`\n${title}, `) && !stdout.includes(`\n${title}\n`))
    .filter((title) => !/^(@swc\/core-|@esbuild\/|fsevents )/.test(title));
  expect(missing).toEqual([]);
  expect(stdout).not.toMatch(/^jest \d/m);
  expect(stdout).toContain('Copyright (c) 2010 - 2021 Brian Carlson');
});

test('a package without a licence stops the build of the image', () => {
  const cwd = mkdtempSync(join(tmpdir(), 'pgwarden-notices-'));
  const path = 'node_modules/unlicensed';
  mkdirSync(join(cwd, path), { recursive: true });
  writeFileSync(join(cwd, 'package-lock.json'), JSON.stringify({ packages: { [path]: {} } }));
  writeFileSync(join(cwd, path, 'package.json'), '{ "name": "unlicensed", "version": "1.0.0" }');
  expect(notices(cwd)).toMatchObject({ status: 1, stderr: 'no licence: unlicensed 1.0.0\n' });
});
