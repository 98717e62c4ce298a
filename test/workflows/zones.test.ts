import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { parseBounds, rulesFor } from '../../core/bounds/parse.ts';
import { directorySource } from '../../sources/directory/source.ts';
import {
  databaseWorkflowId,
  queueQuery,
  sharedCheckWorkflowId,
  stateQuery,
} from '../../workflows/messages.ts';
import type { RunningWorker } from '../../worker/start.ts';
import { roleExists, rowsOf } from '../setup/rows.ts';
import { freshDatabase, uniqueName, type TestDatabase } from '../setup/servers.ts';
import { newestMajor, openBench, type Bench } from './bench.ts';
import { policyYaml } from './policy-yaml.ts';
import { eventually, settledIn } from './wait.ts';

/**
 * Each worker has a directory of its own. All of them have the policies, but only the worker of a zone has the Secrets
 * of its databases. So no worker can connect to a database of another zone.
 */
let bench: Bench;
let eu: TestDatabase;
let us: TestDatabase;
let rules = '[]';

const bounds = {
  boundsOf: (namespace: string) => {
    const parsed = parseBounds(rules, 'bounds.yaml');
    return Promise.resolve({ rules: rulesFor(parsed, namespace), version: rules });
  },
};

beforeAll(async () => {
  bench = await openBench();
  [eu, us] = [await freshDatabase(newestMajor()), await freshDatabase(newestMajor())];
  await bench.startWorker({ bounds });
  for (const zone of ['eu', 'us']) await startZone(zone);
});

afterAll(async () => {
  await bench.close();
  await eu.drop();
  await us.drop();
});

function directoryOf(zone: string): string {
  return join(dirname(bench.directory), zone);
}

async function startZone(zone: string): Promise<RunningWorker> {
  const directory = directoryOf(zone);
  await mkdir(directory, { recursive: true });
  const source = directorySource({
    directory,
    stateDirectory: join(dirname(bench.directory), 'state'),
  });
  return bench.startWorker({ zone, source, bounds });
}

interface Declared {
  readonly zone: string | undefined;
  readonly url: string;
  readonly spec: string;
  /** Zones of the workers that have the Secret. */
  readonly secretIn: readonly string[];
}

/** The Secret is only in the directories of some zones, never in that of the worker without a zone. */
async function declare(name: string, { zone, url, spec, secretIn }: Declared) {
  const yaml = policyYaml(bench, name, url, spec).replace(
    '  connection:\n',
    `  connection:\n${zone === undefined ? '' : `    zone: ${zone}\n`}`,
  );
  const [policy = ''] = yaml.split('---\n');
  await bench.write(`${name}.yaml`, policy);
  for (const each of ['eu', 'us', 'late', 'lost']) {
    const text = secretIn.includes(each) ? yaml : policy;
    await mkdir(directoryOf(each), { recursive: true });
    await writeFile(join(directoryOf(each), `${name}.yaml`), text);
  }
  return bench.change(name);
}

async function remove(...names: string[]): Promise<void> {
  for (const name of names) {
    await bench.write(`${name}.yaml`, undefined);
    for (const zone of ['eu', 'us', 'late', 'lost'])
      await rm(join(directoryOf(zone), `${name}.yaml`));
    const handle = await bench.change(name);
    await handle.result();
  }
}

function inZone(zone: string, url: string, role: string, interval = '1s'): Declared {
  const spec = `  interval: ${interval}\n  roles: [{ name: ${role} }]`;
  return { zone, url, spec, secretIn: [zone] };
}

async function errorOf(name: string, limitMs?: number) {
  return (await settledIn(bench, name, 'Failing', limitMs)).error;
}

test('the worker of each zone repairs the databases that only it can enter', async () => {
  const [first, second] = [uniqueName('eu'), uniqueName('us')];
  await declare('in-eu', inZone('eu', eu.url, first));
  await declare('in-us', inZone('us', us.url, second));
  for (const [name, url, role] of [
    ['in-eu', eu.url, first],
    ['in-us', us.url, second],
  ] as const) {
    await settledIn(bench, name, 'Ready');
    await rowsOf(url, `DROP ROLE ${role}`);
    await eventually(() => roleExists(url, role), 10_000);
  }
  await remove('in-eu', 'in-us');
});

test('a worker without a zone has no access to a database of a zone, and the policy says why', async () => {
  const spec = `  roles: [{ name: ${uniqueName('app')} }]`;
  await declare('astray', { zone: undefined, url: eu.url, spec, secretIn: ['eu'] });
  expect(await errorOf('astray')).toMatchObject({ code: 'SecretMissing' });
  await remove('astray');
});

test('policies of two zones that name one server have one queue and one record of claims', async () => {
  const role = uniqueName('both');
  await declare('winner', inZone('eu', eu.url, role));
  const { database = '' } = await settledIn(bench, 'winner', 'Ready');
  await declare('loser', inZone('us', us.url, role));
  const { error } = await settledIn(bench, 'loser', 'Conflict');
  expect(error?.message).toContain('winner');
  const [server = ''] = database.split('/');
  const { claims } = await bench.client.workflow
    .getHandle(databaseWorkflowId(server))
    .query(queueQuery);
  expect(claims.map(({ policy }) => policy.name)).toContain('winner');
  await remove('winner', 'loser');
});

test('a policy that changes its zone is checked there from then on', async () => {
  const role = uniqueName('moved');
  await declare('moving', inZone('eu', eu.url, role));
  await settledIn(bench, 'moving', 'Ready');
  await declare('moving', inZone('us', us.url, role));
  await settledIn(bench, 'moving', 'Ready');
  await rowsOf(us.url, `DROP ROLE ${role}`);
  await eventually(() => roleExists(us.url, role), 10_000);
  await remove('moving');
});

test('policies of one zone share their checks there, and drift of one is repaired', async () => {
  const roles = [uniqueName('one'), uniqueName('two')];
  for (const [index, role] of roles.entries())
    await declare(`sharing-${String(index)}`, inZone('eu', eu.url, role, '2s'));
  const shared = await eventually(async () => {
    const handle = bench.client.workflow.getHandle(`policy/${bench.namespace}/sharing-0`);
    return (await handle.query(stateQuery)).shared;
  });
  const history = bench.client.workflow.getHandle(sharedCheckWorkflowId(shared));
  await eventually(async () => {
    const { events = [] } = await history.fetchHistory();
    return events?.some(
      ({ activityTaskScheduledEventAttributes: scheduled }) =>
        scheduled?.taskQueue?.name === `${bench.taskQueue}-eu`,
    );
  });
  const [role = ''] = roles;
  await rowsOf(eu.url, `DROP ROLE ${role}`);
  await eventually(() => roleExists(eu.url, role), 10_000);
  await remove('sharing-0', 'sharing-1');
});

test('a policy in a zone without a worker says so at once, and starts when there is one', async () => {
  const role = uniqueName('late');
  await declare('early', inZone('late', eu.url, role));
  expect(await errorOf('early')).toMatchObject({
    code: 'ZoneUnavailable',
    message: 'no worker of zone late is running',
  });
  await startZone('late');
  await settledIn(bench, 'early', 'Ready');
  expect(await roleExists(eu.url, role)).toBe(true);
  await remove('early');
});

test('a policy whose zone loses its last worker says so', async () => {
  const worker = await startZone('lost');
  await declare('abandoned', inZone('lost', eu.url, uniqueName('lost')));
  await settledIn(bench, 'abandoned', 'Ready');
  await worker.stop();
  const error = await errorOf('abandoned', 60_000);
  expect(error?.code).toBe('ZoneUnavailable');
  expect(error?.message).toContain('zone lost');
  await startZone('lost');
  await settledIn(bench, 'abandoned', 'Ready', 60_000);
  await remove('abandoned');
});

test('a namespace with bounds uses only the zones that they name, and no work reaches another zone', async () => {
  rules = "[{ name: home, namespaces: ['*'], zones: [us] }]";
  await declare('bounded', inZone('eu', eu.url, uniqueName('bounded')));
  expect(await errorOf('bounded')).toMatchObject({
    code: 'PolicyOutOfBounds',
    message: 'rule home: uses zone "eu", but zones are us',
  });
  const handle = await bench.change('bounded');
  const { events } = await handle.fetchHistory();
  const queues = events?.map(
    ({ activityTaskScheduledEventAttributes: scheduled }) => scheduled?.taskQueue?.name,
  );
  expect(queues).not.toContain(`${bench.taskQueue}-eu`);
  rules = '[]';
  await remove('bounded');
});
