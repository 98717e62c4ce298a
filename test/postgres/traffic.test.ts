import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { Meter } from '../../bench/meter.ts';
import { startMeter } from '../../bench/meter.ts';
import type { Workload } from '../../bench/workload.ts';
import { createObjects, intentFor } from '../../bench/workload.ts';
import { applyPlan } from '../../postgres/apply.ts';
import { checkDatabase } from '../../postgres/check.ts';
import type { Database } from '../../postgres/pool.ts';
import { planDatabase } from '../../postgres/plan.ts';
import type { Rig } from './rig.ts';
import { openRig, someMajors, urlWith } from './rig.ts';

const [, newest = 18] = someMajors;
const noPasswords = { passwords: new Map<string, string>() };

let rig: Rig;
let meter: Meter;
beforeEach(async () => {
  rig = await openRig(newest);
  meter = await startMeter(Number(new URL(rig.url).port));
});
afterEach(async () => {
  meter.close();
  await rig.sql('DROP OWNED BY bench_owner CASCADE');
  const { rows } = await rig.sql(
    `SELECT format('DROP OWNED BY %1$I; DROP ROLE %1$I', rolname) AS statement FROM pg_roles
      WHERE rolname ~ '^(s[0-9]{4}-|bench_owner)'`,
  );
  for (const { statement } of rows as { statement: string }[]) await rig.sql(statement);
  await rig.close();
});

function newConnection(): Database {
  const url = new URL(urlWith(rig.url, { hostname: '127.0.0.1', port: String(meter.port) }));
  url.searchParams.set('sslmode', 'disable');
  return rig.open(url.href);
}

async function inSync(workload: Workload): Promise<ReturnType<typeof intentFor>> {
  await createObjects(rig.url, workload);
  const intent = intentFor(workload);
  await applyPlan(rig.database, intent, noPasswords);
  return intent;
}

async function addTables(first: number, last: number): Promise<void> {
  await rig.sql(
    `DO $$ BEGIN FOR i IN ${String(first)}..${String(last)} LOOP
       EXECUTE format('CREATE TABLE s0000.t%s (id int); ALTER TABLE s0000.t%s OWNER TO bench_owner', i, i);
     END LOOP; END $$`,
  );
}

test('a first apply takes at most 20 round trips, including its connection', async () => {
  const workload = { schemas: 30, tablesPerSchema: 10 };
  await createObjects(rig.url, workload);
  const { summary } = await applyPlan(newConnection(), intentFor(workload), noPasswords);
  expect(summary.grants_added).toBeGreaterThan(800);
  expect(meter.read().roundTrips).toBeLessThanOrEqual(20);
});

test('a plan without changes takes at most 5 round trips, including its connection', async () => {
  const intent = await inSync({ schemas: 5, tablesPerSchema: 2 });
  const plan = await planDatabase(newConnection(), intent);
  expect(plan.summary.total).toBe(0);
  expect(meter.read().roundTrips).toBeLessThanOrEqual(5);
});

test('a check is one round trip, and neither it nor a plan receives more for more tables', async () => {
  const intent = await inSync({ schemas: 5, tablesPerSchema: 2 });
  const database = newConnection();
  await checkDatabase(database, intent.graph);
  const received = async () => {
    meter.read();
    await checkDatabase(database, intent.graph);
    const check = meter.read();
    await planDatabase(database, intent);
    return { check, plan: meter.read().bytesReceived };
  };
  const few = await received();
  expect(few.check.roundTrips).toBe(1);
  const withTables = async (first: number, last: number) => {
    await addTables(first, last);
    await applyPlan(rig.database, intent, noPasswords);
    return received();
  };
  const some = await withTables(10, 109); // another owner than the first: one more group
  const many = await withTables(110, 209);
  expect(many.check.bytesReceived).toBe(some.check.bytesReceived);
  expect(Math.abs(many.plan - some.plan)).toBeLessThan(10); // digits of a count
});
