import { pino } from 'pino';
import { applyPlan } from '../postgres/apply.ts';
import { checkDatabase } from '../postgres/check.ts';
import { openDatabase } from '../postgres/pool.ts';
import { targetFromUrl } from '../core/connection/target-from-url.ts';
import { openTelemetry } from '../telemetry/telemetry.ts';
import { activityMetrics } from '../worker/activity-metrics.ts';
import { runningActivities } from '../worker/running-activities.ts';
import { median, report } from './report.ts';
import { startBenchServer } from './server.ts';
import { intentFor } from './workload.ts';

/** The cost that measuring adds to a check that finds nothing, with 500 policies that have their own series. */
const workload = { schemas: 10, tablesPerSchema: 10 };
const server = await startBenchServer(18);
try {
  const check = await checkMs();
  report('check: ms, measured', check + (await measuringMs()), check);
} finally {
  await server.stop();
}

async function checkMs(): Promise<number> {
  const intent = intentFor(workload);
  const database = openDatabase(targetFromUrl(await server.newDatabase(workload)));
  await applyPlan(database, intent, { passwords: new Map() });
  const times: number[] = [];
  for (let round = 0; round < 50; round += 1) {
    const start = performance.now();
    await checkDatabase(database, intent.graph);
    times.push(performance.now() - start);
  }
  await database.close();
  return median(times);
}

async function measuringMs(): Promise<number> {
  const log = pino({ enabled: false });
  const { instruments, close } = await openTelemetry({ service: 'bench', env: {}, log });
  const metrics = activityMetrics(instruments, {
    limit: 500,
    now: () => new Date(),
    running: runningActivities(),
  });
  const policies = Array.from({ length: 500 }, (_, n) => ({ namespace: 'shop', name: `p${n}` }));
  const rounds = 20;
  const start = performance.now();
  for (let round = 0; round < rounds; round += 1) {
    for (const policy of policies) {
      metrics.lookedAt(policy, 300);
      metrics.timed('check', 'unchanged', 0.004);
      metrics.reconciled('unchanged');
      metrics.succeeded(policy);
    }
  }
  const each = (performance.now() - start) / (rounds * policies.length);
  await close();
  return each;
}
