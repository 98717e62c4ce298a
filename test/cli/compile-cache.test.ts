import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { ownFolder } from '../../cli/compile-cache.ts';

const parent = realpathSync(mkdtempSync(join(tmpdir(), 'pgwarden-compile-cache-')));

afterAll(() => {
  rmSync(parent, { recursive: true });
});

test('compiled code is kept in a folder that only its user can open, also within /tmp', () => {
  const folder = join(parent, 'own', 'compiled');
  expect(ownFolder(folder)).toBe(folder);
  expect(statSync(folder).mode & 0o777).toBe(0o700);
  expect(ownFolder(folder)).toBe(folder);
});

test('a folder that a group or everyone can write is not used', () => {
  for (const [name, mode] of Object.entries({ group: 0o770, everyone: 0o702, sticky: 0o1777 })) {
    mkdirSync(join(parent, name));
    chmodSync(join(parent, name), mode);
    expect([name, ownFolder(join(parent, name))]).toEqual([name, undefined]);
  }
});

test('a folder is not used if others can replace it or what leads to it', () => {
  const open = join(parent, 'open');
  mkdirSync(join(open, 'compiled'), { recursive: true, mode: 0o700 });
  chmodSync(open, 0o777);
  expect(ownFolder(join(open, 'compiled'))).toBeUndefined();
  const link = join(parent, 'link');
  symlinkSync(open, link);
  expect(ownFolder(join(link, 'compiled'))).toBeUndefined();
});

test('a folder that cannot be created is no error', () => {
  expect(ownFolder('/dev/null/compiled')).toBeUndefined();
});
