import { rename, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { parseBounds, rulesFor } from '../../core/bounds/parse.ts';
import { boundsFile, type BoundsSource } from '../../sources/bounds-file.ts';
import { reconcileNow } from '../../workflows/messages.ts';
import { openProxy, type CountingProxy } from '../postgres/proxy.ts';
import { roleExists, rowsOf } from '../setup/rows.ts';
import { freshDatabase, uniqueName, type TestDatabase } from '../setup/servers.ts';
import { newestMajor, openBench, type Bench } from './bench.ts';
import { policyYaml } from './policy-yaml.ts';
import { settledIn } from './wait.ts';

let bench: Bench;
let database: TestDatabase;
let proxy: CountingProxy;
let url: string;
let file: string;
let current: BoundsSource;

beforeAll(async () => {
  bench = await openBench();
  database = await freshDatabase(newestMajor());
  const { hostname, port } = new URL(database.url);
  proxy = await openProxy(hostname, Number(port));
  url = Object.assign(new URL(database.url), { hostname: '127.0.0.1', port: proxy.port }).href;
  file = join(dirname(bench.directory), 'bounds.yaml');
  await bound('[]');
  current = boundsFile(file);
  await bench.startWorker({ bounds: { boundsOf: (namespace) => current.boundsOf(namespace) } });
});

afterAll(async () => {
  await bench.close();
  await proxy.close();
  await database.drop();
});

beforeEach(() => bound('[]'));

let version = 0;

/** As the kubelet updates a ConfigMap: one link replaces another. */
async function bound(text: string): Promise<void> {
  version += 1;
  const to = `${file}.${String(version)}`;
  await writeFile(to, text);
  await symlink(to, `${file}.new`);
  await rename(`${file}.new`, file);
}

const shopOnly = "[{ name: shop, namespaces: ['*'], roles: [shop_*] }]";

async function declare(name: string, spec: string): Promise<void> {
  await bench.write(`${name}.yaml`, policyYaml(bench, name, url, spec));
}

async function errorOf(name: string, limitMs?: number) {
  return (await settledIn(bench, name, 'Failing', limitMs)).error;
}

test('a policy out of bounds is refused before any SQL, and Ready once it is corrected', async () => {
  await bound(shopOnly);
  const [outside, inside] = [uniqueName('app'), uniqueName('shop')];
  await declare('corrected', `  roles: [{ name: ${outside} }]`);
  await bench.change('corrected');
  expect(await errorOf('corrected')).toMatchObject({
    code: 'PolicyOutOfBounds',
    message: `rule shop: declares role "${outside}", but roles are shop_*`,
  });
  expect(proxy.sent()).toHaveLength(0);
  await declare('corrected', `  roles: [{ name: ${inside} }]`);
  await bench.change('corrected');
  await settledIn(bench, 'corrected', 'Ready');
  expect(await roleExists(database.url, inside)).toBe(true);
});

test('pgwarden never opens a connection out of bounds', async () => {
  await bound("[{ name: where, namespaces: ['*'], hosts: ['127.0.0.1:1'] }]");
  const sent = proxy.sent().length;
  await declare('led-astray', `  roles: [{ name: ${uniqueName('app')} }]`);
  await bench.change('led-astray');
  expect(await errorOf('led-astray')).toMatchObject({
    message: 'rule where: connects to host that a Secret names, but hosts are 127.0.0.1:1',
  });
  expect(proxy.sent()).toHaveLength(sent);
});

test('a server at another host with the identity of this one gets no role of it, if bounds have hosts', async () => {
  const { host } = new URL(database.url);
  const [free, kept] = [uniqueName('app'), uniqueName('app')];
  const honest = async (name: string, role: string) => {
    const spec = `  roles: [{ name: ${role} }]`;
    await bench.write(`${name}.yaml`, policyYaml(bench, name, database.url, spec));
    await bench.change(name);
  };
  // To pgwarden the proxy is such a server. Without bounds it can keep the others from a role.
  await declare('forged', `  roles: [{ name: ${free} }]`);
  await bench.change('forged');
  await settledIn(bench, 'forged', 'Ready');
  await honest('waiting', free);
  await settledIn(bench, 'waiting', 'Conflict');
  await bound(`[{ name: where, namespaces: ['*'], hosts: ['${host}'] }]`);
  await declare('refused', `  roles: [{ name: ${kept} }]`);
  await bench.change('refused');
  expect(await errorOf('refused')).toMatchObject({ code: 'PolicyOutOfBounds' });
  await honest('served', kept);
  await settledIn(bench, 'served', 'Ready');
  for (const name of ['forged', 'waiting', 'refused', 'served']) {
    await bench.write(`${name}.yaml`, undefined);
    await bench.change(name);
  }
});

test('changed bounds count from the next check on', async () => {
  const role = uniqueName('app');
  await declare('watched', `  interval: 1s\n  roles: [{ name: ${role} }]`);
  await bench.change('watched');
  await settledIn(bench, 'watched', 'Ready');
  await bound(shopOnly);
  expect(await errorOf('watched')).toMatchObject({ code: 'PolicyOutOfBounds' });
  await rowsOf(database.url, `DROP ROLE ${role}`);
  await bound("[{ name: all, namespaces: ['*'], roles: ['*'] }]");
  await settledIn(bench, 'watched', 'Ready');
  expect(await roleExists(database.url, role)).toBe(true);
  await bench.write('watched.yaml', undefined);
  await bench.change('watched');
});

test('unreadable bounds stop the policies that they may be about, until they are corrected', async () => {
  await declare('stopped', `  roles: [{ name: ${uniqueName('app')} }]`);
  const handle = await bench.change('stopped');
  await settledIn(bench, 'stopped', 'Ready');
  const refusedWith = async (text: string | undefined) => {
    if (text === undefined) await rm(file);
    else await bound(text);
    return (await handle.executeUpdate(reconcileNow)).error?.code;
  };
  expect(await refusedWith('- {')).toBe('BoundsUnreadable');
  expect(await refusedWith(undefined)).toBe('BoundsUnreadable');
  expect(await refusedWith("[{ name: a, namespaces: ['*'], role: [] }]")).toBe('BoundsUnreadable');
  expect(await refusedWith('[{ name: a, namespaces: [elsewhere], role: [] }]')).toBeUndefined();
});

/** Bounds that change after a number of reads: for the check, the plan, the apply. */
function boundAfter(looks: number): BoundsSource {
  let asked = 0;
  return {
    boundsOf(namespace) {
      asked += 1;
      const text = asked > looks ? shopOnly : '[]';
      const rules = rulesFor(parseBounds(text, 'bounds.yaml'), namespace);
      return Promise.resolve({ rules, version: undefined });
    },
  };
}

test.each([
  ['planned', 1],
  ['applied', 2],
])('bounds that change before it is %s count already', async (step, looks) => {
  const role = uniqueName('app');
  current = boundAfter(looks);
  const name = `not-${step}`;
  await declare(name, `  roles: [{ name: ${role} }]`);
  await bench.change(name);
  expect(await errorOf(name)).toMatchObject({ code: 'PolicyOutOfBounds' });
  expect(await roleExists(database.url, role)).toBe(false);
});
