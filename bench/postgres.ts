import { spawnSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { applyPlan } from '../postgres/apply.ts';
import { checkDatabase } from '../postgres/check.ts';
import type { Intent } from '../postgres/contract.ts';
import { planDatabase } from '../postgres/plan.ts';
import { openDatabase } from '../postgres/pool.ts';
import { redactedSql } from '../postgres/render-sql.ts';
import { targetFromUrl } from '../core/connection/target-from-url.ts';
import { startMeter } from './meter.ts';
import { median, report } from './report.ts';
import { startBenchServer } from './server.ts';
import type { Workload } from './workload.ts';
import { intentFor } from './workload.ts';

/**
 * The database figures of the product, each with what it is compared with: round trips and bytes of a check that finds
 * nothing, for any number of tables; the first apply, against `psql -1` with the same statements; the time for which a
 * large plan blocks other work of the process.
 */
const server = await startBenchServer(18);
try {
  await benchCheck({ schemas: 100, tablesPerSchema: 10 }, { schemas: 100, tablesPerSchema: 200 });
  await benchApply({ schemas: 100, tablesPerSchema: 10 });
  await benchPauses({ schemas: 1_000, tablesPerSchema: 1 });
} finally {
  await server.stop();
}

async function benchCheck(small: Workload, large: Workload): Promise<void> {
  const figures = [];
  for (const workload of [small, large]) figures.push(await measureCheck(workload));
  const [few, many] = figures;
  if (few === undefined || many === undefined) return;
  report('check: round trips', few.roundTrips, 1);
  report('check: bytes received, 20 times the tables', many.bytesReceived, few.bytesReceived);
  report('check: ms, 20 times the tables', many.ms, few.ms);
}

async function measureCheck(
  workload: Workload,
): Promise<{ ms: number; roundTrips: number; bytesReceived: number }> {
  const intent = intentFor(workload);
  const url = await server.newDatabase(workload);
  const meter = await startMeter(server.port);
  const database = openDatabase({ ...targetFromUrl(url), port: meter.port });
  await applyPlan(database, intent, { passwords: new Map() });
  await checkDatabase(database, intent.graph);
  const times: number[] = [];
  meter.read();
  for (let round = 0; round < 10; round += 1)
    times.push(await timed(() => checkDatabase(database, intent.graph)));
  const { roundTrips, bytesReceived } = meter.read();
  await database.close();
  meter.close();
  await server.dropEverything();
  return { ms: median(times), roundTrips: roundTrips / 10, bytesReceived: bytesReceived / 10 };
}

/** The longest time for which a large plan blocked other work of the process, against its whole time. */
async function benchPauses(workload: Workload): Promise<void> {
  const intent = intentFor(workload);
  const database = openDatabase(targetFromUrl(await server.newDatabase(workload)));
  await planDatabase(database, intent);
  const delays = monitorEventLoopDelay({ resolution: 5 });
  delays.enable();
  const ms = await timed(() => planDatabase(database, intent));
  delays.disable();
  report('plan of 1,000 schemas: longest pause, ms', delays.max / 1_000_000, ms);
  await database.close();
  await server.dropEverything();
}

async function benchApply(workload: Workload): Promise<void> {
  const intent = intentFor(workload);
  const ours: number[] = [];
  const theirs: number[] = [];
  let trips = 0;
  let statements = 0;
  for (let round = 0; round < 5; round += 1) {
    const applied = await measureApply(workload, intent);
    ours.push(applied.ms);
    trips = applied.roundTrips;
    const psql = await measurePsql(workload, intent);
    theirs.push(psql.ms);
    statements = psql.statements;
  }
  report('first apply: statements', statements, statements);
  report('first apply: round trips', trips, statements);
  report('first apply: ms, against psql -1', median(ours), median(theirs));
}

async function measureApply(
  workload: Workload,
  intent: Intent,
): Promise<{ ms: number; roundTrips: number }> {
  const url = await server.newDatabase(workload);
  const meter = await startMeter(server.port);
  const database = openDatabase({ ...targetFromUrl(url), port: meter.port });
  const ms = await timed(() => applyPlan(database, intent, { passwords: new Map() }));
  const { roundTrips } = meter.read();
  await database.close();
  meter.close();
  await server.dropEverything();
  return { ms, roundTrips };
}

async function measurePsql(
  workload: Workload,
  intent: Intent,
): Promise<{ ms: number; statements: number }> {
  const url = await server.newDatabase(workload);
  const database = openDatabase(targetFromUrl(url));
  const plan = await planDatabase(database, intent);
  await database.close();
  const script = join(mkdtempSync(join(tmpdir(), 'pgwarden-bench-')), 'plan.sql');
  writeFileSync(script, redactedSql(plan.statements, plan.server));
  const ms = await timed(() => {
    const run = spawnSync('psql', ['-1', '-q', '-v', 'ON_ERROR_STOP=1', '-f', script, url], {
      encoding: 'utf8',
    });
    if (run.status !== 0) throw new Error(`psql failed: ${run.stderr}`);
    return Promise.resolve();
  });
  await server.dropEverything();
  return { ms, statements: plan.statements.length };
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}
