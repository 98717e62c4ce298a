import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { AddressInfo, Server } from 'node:net';
import { connect, createServer } from 'node:net';
import { Refusal } from '../../core/refusal.ts';
import { checkDatabase } from '../../postgres/check.ts';
import { withNameCheck } from '../../postgres/name-check.ts';
import { graphOf } from '../core/parsed.ts';
import type { Rig } from './rig.ts';
import { openRig, someMajors, urlWith } from './rig.ts';

const [, newest = 18] = someMajors;

/** As long as the name of a rig's database, so that the startup packet keeps its length. */
const alias = 'shop_'.padEnd('test_0123456789'.length, 'x');

let rig: Rig;
let pooler: Server;
beforeAll(async () => {
  rig = await openRig(newest);
  pooler = createServer((client) => {
    const server = connect(Number(new URL(rig.url).port), '127.0.0.1');
    client.once('data', (startup: Buffer) => {
      const mapped = startup.toString('latin1').replace(alias, rig.name);
      server.write(Buffer.from(mapped, 'latin1'));
      client.pipe(server).pipe(client);
    });
    for (const socket of [client, server]) socket.on('error', () => socket.destroy());
  });
  await new Promise<void>((resolve) => pooler.listen(0, '127.0.0.1', resolve));
});
afterAll(async () => {
  await rig.close();
  await new Promise((resolve) => pooler.close(resolve));
});

function throughPooler() {
  const { port } = pooler.address() as AddressInfo;
  const parts = { hostname: '127.0.0.1', port: String(port), pathname: `/${alias}` };
  const url = new URL(urlWith(rig.url, parts));
  url.searchParams.set('sslmode', 'disable');
  return rig.open(url.href);
}

test('a check compares the name of the database that a pooler leads to, not the requested name', async () => {
  const database = throughPooler();
  const seen: string[] = [];
  const checked = withNameCheck(database, ({ login, database: name }) => {
    seen.push(`${login}@${name}`);
  });
  const graph = graphOf('roles: []');
  expect((await checkDatabase(checked, graph)).identity.database).toBe(rig.name);
  expect(seen).toEqual([`postgres@${rig.name}`]);
});

test('nothing runs in a session with a refused name, or in another database of the server', async () => {
  const refusal = new Refusal('PolicyOutOfBounds', 'no', 'no');
  const checked = withNameCheck(throughPooler(), () => {
    throw refusal;
  });
  let hasRun = false;
  const work = () => {
    hasRun = true;
    return Promise.resolve();
  };
  await expect(checked.use(work)).rejects.toBe(refusal);
  await expect(checked.elsewhere(rig.name, (other) => other.use(work))).rejects.toBe(refusal);
  expect(hasRun).toBe(false);
});
