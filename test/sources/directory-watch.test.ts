import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { mkdir, rename, rm, symlink, unlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DirectorySource } from '../../sources/directory/source.ts';
import { directorySource } from '../../sources/directory/source.ts';
import { eventually } from '../workflows/wait.ts';
import {
  handle,
  policyYaml,
  secretYaml,
  shop,
  testDirectory,
  type TestDirectory,
} from './directory.ts';

let directory: TestDirectory;
let stop: AbortController;
beforeEach(async () => {
  directory = await testDirectory();
  stop = new AbortController();
});
afterEach(async () => {
  stop.abort();
  await directory.remove();
});

/** The reports of a watch, each as `kind name`. `until` removes them up to the expected one. */
async function watching(source: DirectorySource = directory.source) {
  const reported: string[] = [];
  await source.watch(({ kind, ref }) => {
    reported.push(`${kind} ${ref.name}`);
  }, stop.signal);
  return async function until(last: string): Promise<readonly string[]> {
    await eventually(() => reported.includes(last));
    return reported.splice(0, reported.indexOf(last) + 1);
  };
}

test('created, edited, replaced and deleted documents are reported, and nothing else', async () => {
  await directory.write('a.yaml', policyYaml('a'));
  await directory.write('still.yaml', policyYaml('still'));
  const until = await watching();
  await directory.write('b.yaml', policyYaml('b'));
  expect(await until('policy b')).toEqual(['policy b']);
  await directory.write('a.yaml', policyYaml('a', '  interval: 1m'));
  expect(await until('policy a')).toEqual(['policy a']);
  await directory.replace('a.yaml', policyYaml('a', '  interval: 2m'));
  expect(await until('policy a')).toEqual(['policy a']);
  await unlink(join(directory.path, 'a.yaml'));
  expect(await until('policy a')).toEqual(['policy a']);
});

test('in a file with several documents only the changed one is reported', async () => {
  const file = (interval: string) =>
    [
      policyYaml('a'),
      policyYaml('b', `  interval: ${interval}`),
      secretYaml('s', { key: 'x' }),
    ].join('\n---\n');
  await directory.write('all.yaml', file('1m'));
  const until = await watching();
  await directory.write('all.yaml', file('2m'));
  expect(await until('policy b')).toEqual(['policy b']);
});

test('touched files, comments, statuses and events are no changes', async () => {
  await directory.write('a.yaml', policyYaml('a'));
  const until = await watching();
  await utimes(join(directory.path, 'a.yaml'), 1, 1);
  await directory.replace('a.yaml', `# comment\n${policyYaml('a')}`);
  await directory.source.writeStatus(handle(shop('a')), () => ({ conditions: [] }));
  await directory.source.recordEvent(handle(shop('a')), {
    type: 'Normal',
    reason: 'R',
    message: 'm',
  });
  await directory.write('last.yaml', policyYaml('last'));
  expect(await until('policy last')).toEqual(['policy last']);
});

test('a status written into a state directory inside the watched one is no change', async () => {
  const stateDirectory = join(directory.path, 'state');
  const source = directorySource({ directory: directory.path, stateDirectory });
  await directory.write('a.yaml', policyYaml('a'));
  const until = await watching(source);
  await source.writeStatus(handle(shop('a')), () => ({ conditions: [] }));
  await directory.write('last.yaml', policyYaml('last'));
  expect(await until('policy last')).toEqual(['policy last']);
});

test('a generated Secret is reported when it is created and when it is deleted', async () => {
  const until = await watching();
  await directory
    .reopen()
    .createSecret(shop('a-pgr-ana'), handle(shop('a')), new Map([['password', 'x']]));
  expect(await until('secret a-pgr-ana')).toEqual(['secret a-pgr-ana']);
  await unlink(join(directory.state, 'secrets', 'shop', 'a-pgr-ana.yaml'));
  expect(await until('secret a-pgr-ana')).toEqual(['secret a-pgr-ana']);
});

test('a mounted ConfigMap is read through its links, and its update is reported', async () => {
  const version = async (folder: string, interval: string) => {
    await mkdir(join(directory.path, folder));
    await writeFile(
      join(directory.path, folder, 'a.yaml'),
      policyYaml('a', `  interval: ${interval}`),
    );
  };
  await version('..v1', '1m');
  await symlink('..v1', join(directory.path, '..data'));
  await symlink('..data/a.yaml', join(directory.path, 'a.yaml'));
  expect(await directory.source.listPolicies()).toEqual([shop('a')]);
  const until = await watching();
  await version('..v2', '2m');
  await symlink('..v2', join(directory.path, '..data_tmp'));
  await rename(join(directory.path, '..data_tmp'), join(directory.path, '..data'));
  await rm(join(directory.path, '..v1'), { recursive: true });
  expect(await until('policy a')).toEqual(['policy a']);
  expect((await directory.source.readPolicy(shop('a')))?.content).toMatchObject({
    spec: { interval: 120 },
  });
});

test('a directory that is deleted and created again stays watched, and only differences are reported', async () => {
  await directory.write('same.yaml', policyYaml('same'));
  await directory.write('a.yaml', policyYaml('a'));
  const until = await watching();
  await rename(directory.path, `${directory.path}.old`); // in one step, or single files would seem to be deleted
  await mkdir(`${directory.path}.new`);
  await writeFile(join(`${directory.path}.new`, 'same.yaml'), policyYaml('same'));
  await writeFile(join(`${directory.path}.new`, 'b.yaml'), policyYaml('b'));
  await rename(`${directory.path}.new`, directory.path);
  const first = [...(await until('policy b')), ...(await until('policy a'))];
  expect(first).toEqual(['policy b', 'policy a']);
  await directory.write('c.yaml', policyYaml('c'));
  expect(await until('policy c')).toEqual(['policy c']);
});

test('the watch waits for a directory that does not exist yet', async () => {
  await rm(directory.path, { recursive: true });
  const until = await watching();
  await directory.write('a.yaml', policyYaml('a'));
  expect(await until('policy a')).toEqual(['policy a']);
});

test('policies in new folders are reported', async () => {
  const until = await watching();
  await directory.write('new/er/a.yaml', policyYaml('a'));
  expect(await until('policy a')).toEqual(['policy a']);
  await directory.write('new/er/b.yaml', policyYaml('b'));
  expect(await until('policy b')).toEqual(['policy b']);
});
