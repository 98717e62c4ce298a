import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { PolicyRecord, PolicySource, PolicyStatus } from '../../sources/source.ts';
import { openCluster, type Cluster } from './cluster.ts';

let cluster: Cluster;
let source: PolicySource;

beforeAll(async () => {
  cluster = await openCluster({ watched: false });
  source = cluster.source();
}, 120_000);

afterAll(async () => {
  await cluster.close();
});

async function record(name: string): Promise<PolicyRecord> {
  const found = await source.readPolicy({ namespace: cluster.namespace, name });
  if (found === undefined) throw new Error('there is no policy');
  return found;
}

const withError = (last_error: string) => (status: PolicyStatus) => ({ ...status, last_error });
const withSql = (applied_sql: string) => (status: PolicyStatus) => ({ ...status, applied_sql });

test('a write to a status that someone else has changed meanwhile is repeated on the new status', async () => {
  await cluster.policy('shared', {});
  const first = await record('shared');
  await source.writeStatus(first, withError('theirs'));
  await source.writeStatus(first, withSql('ours'));
  expect((await record('shared')).status).toMatchObject({
    last_error: 'theirs',
    applied_sql: 'ours',
  });
});

test('a status reports the generation that was checked, whatever is written meanwhile', async () => {
  await cluster.policy('moving', {});
  const first = await record('moving');
  await source.writeStatus(first, withError('first'), first.version);
  await cluster.policy('moving', { interval: '1h' });
  const second = await record('moving');
  await source.writeStatus(second, withSql('meanwhile'));
  expect(await record('moving')).toMatchObject({ observed: 1, unseen: true });
  await source.writeStatus(second, withError('late'), first.version);
  expect(await record('moving')).toMatchObject({ observed: 1, unseen: true });
  await source.writeStatus(second, withError('second'), second.version);
  expect((await record('moving')).unseen).toBeUndefined();
});

test('nothing is written without a change, or to another policy of the same name', async () => {
  await cluster.policy('still', {});
  const first = await record('still');
  await source.writeStatus(first, withError('once'), first.version);
  const before = await record('still');
  await source.writeStatus(before, withError('once'));
  await source.writeStatus(before, withError('of another'), 'another-uid.1');
  expect((await record('still')).revision).toBe(before.revision);
});
