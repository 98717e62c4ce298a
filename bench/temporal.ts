import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { startPostgres } from '../embedded/postgres.ts';
import { resolveTemporal } from '../embedded/temporal-executable.ts';
import { startTemporal } from '../embedded/temporal.ts';
import { policyWorkflowId, searchAttributeTypes } from '../workflows/messages.ts';
import { cpuSeconds, pause, residentMegabytes, runProcess, stopProcess } from './processes.ts';
import { report } from './report.ts';

/**
 * The cost of idle policies for Temporal and the worker: history events and workflow tasks for each check, and the
 * memory of a worker with `POLICIES` (default 1,000) policies.
 */
const policies = Number(process.env['POLICIES'] ?? 1_000);
const interval = Number(process.env['INTERVAL_SECONDS'] ?? 30);
const home = mkdtempSync(join(tmpdir(), 'pgwarden-bench-'));
const choice = await resolveTemporal(process.env);
if (choice.kind !== 'executable') throw new Error('the benchmark starts its own Temporal server');
const postgres = await startPostgres({
  major: 18,
  durable: false,
  settings: { max_connections: '100' },
});
const temporal = await startTemporal({
  executable: choice.path,
  searchAttributes: searchAttributeTypes,
});
writePolicies();
const environment = {
  ...process.env,
  TEMPORAL_ADDRESS: temporal.address,
  PGWARDEN_POLICIES: home,
  PGWARDEN_HTTP_ADDR: '127.0.0.1:0',
  LOG_LEVEL: 'warn',
};
const started = performance.now();
const worker = runProcess('worker', environment);
const watcher = runProcess('watcher', environment);
const connection = await Connection.connect({ address: temporal.address });
const client = new Client({ connection });
try {
  await allReady();
  report(
    `all ${String(policies)} policies Ready: s`,
    (performance.now() - started) / 1000,
    policies / 50,
  );
  await measureIdle();
} finally {
  await connection.close();
  await Promise.all([stopProcess(worker), stopProcess(watcher)]);
  await temporal.stop();
  await postgres.stop();
  rmSync(home, { recursive: true, force: true });
}

function writePolicies(): void {
  writeFileSync(
    join(home, 'secret.yaml'),
    document('Secret', 'v1', 'db', { stringData: { DATABASE_URL: postgres.url } }),
  );
  for (let index = 0; index < policies; index += 1) {
    const spec = {
      connection: { secretRef: { name: 'db' } },
      interval: `${String(interval)}s`,
      roles: [{ name: `bench_${String(index)}`, login: true }],
    };
    writeFileSync(
      join(home, `p${String(index)}.yaml`),
      document('PostgresPolicy', 'pgroles.io/v1alpha1', nameOf(index), { spec }),
    );
  }
}

function nameOf(index: number): string {
  return `p${String(index)}`;
}

function document(kind: string, apiVersion: string, name: string, rest: object): string {
  return JSON.stringify({ apiVersion, kind, metadata: { name }, ...rest });
}

async function allReady(): Promise<void> {
  for (;;) {
    const { count } = await client.workflow.count("WorkflowType = 'policy' AND PgPhase = 'Ready'");
    if (count >= policies) return;
    await pause(500);
  }
}

async function measureIdle(): Promise<void> {
  const before = await historyOf(0);
  const cpuBefore = cpuSeconds(worker.pid);
  const checks = 3;
  let peak = 0;
  for (let waited = 0; waited < checks * interval; waited += 1) {
    await pause(1_000);
    peak = Math.max(peak, residentMegabytes(worker.pid));
  }
  const after = await historyOf(0);
  const seen = after.checks - before.checks || 1;
  report('no-op check: history events', (after.events - before.events) / seen, 7);
  report('no-op check: workflow tasks', (after.tasks - before.tasks) / seen, 1);
  report('worker: peak MB resident, against 600', peak, 600);
  report(
    'worker: CPU % of one core',
    ((cpuSeconds(worker.pid) - cpuBefore) / (checks * interval)) * 100,
    100,
  );
}

async function historyOf(
  index: number,
): Promise<{ events: number; tasks: number; checks: number }> {
  const workflowId = policyWorkflowId({ namespace: 'default', name: nameOf(index) });
  const { events = [] } = await client.workflow.getHandle(workflowId).fetchHistory();
  const started =
    events?.filter(({ timerStartedEventAttributes }) => timerStartedEventAttributes) ?? [];
  const tasks =
    events?.filter(
      ({ workflowTaskCompletedEventAttributes }) => workflowTaskCompletedEventAttributes,
    ) ?? [];
  return { events: events?.length ?? 0, tasks: tasks.length, checks: started.length };
}
