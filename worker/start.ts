import { fileURLToPath } from 'node:url';
import { Client } from '@temporalio/client';
import { Worker, type NativeConnection, type WorkerOptions } from '@temporalio/worker';
import { admission } from '../activities/admission.ts';
import { createActivities } from '../activities/create.ts';
import { noMetrics, type ActivityMetrics } from '../activities/metrics.ts';
import { defaultZone } from '../core/manifest/zone.ts';
import { databasePools } from '../postgres/pool.ts';
import { boundsFile, type BoundsSource } from '../sources/bounds-file.ts';
import { cloudTokens } from '../sources/cloud-tokens/tokens.ts';
import type { PolicySource } from '../sources/source.ts';
import { encryptionFrom, type Encryption } from '../runtime/encryption/settings.ts';
import type { Log } from '../telemetry/log.ts';
import { databaseWorkflows } from './database-workflows.ts';
import { knowsSearchAttributes } from './preflight.ts';
import { sharedChecks } from './shared-checks.ts';
import { inDatabases, queueOf, runsWorkflows, zonesOf, type WorkerZone } from './zones.ts';

export interface StartWorkerOptions {
  readonly connection: NativeConnection;
  readonly namespace: string;
  /** The task queue of the installation, without a zone. */
  readonly taskQueue: string;
  /** Default: the default zone. */
  readonly zone?: WorkerZone;
  readonly source: PolicySource;
  /** Default: policies have no bounds. */
  readonly bounds?: BoundsSource;
  readonly log: Log;
  /** Default: nothing is measured. */
  readonly metrics?: ActivityMetrics;
  /** The prebuilt workflow bundle. Without it, the workflows are bundled at start, which takes seconds. */
  readonly bundlePath?: string;
  readonly now?: () => Date;
  /** How data becomes payloads in Temporal. Default: readable. */
  readonly encryption?: Encryption;
  /** Most connections to one PostgreSQL server. */
  readonly connectionsPerServer?: number;
}

export interface RunningWorker {
  readonly state: () => string;
  /** Resolves when the worker has stopped, rejects when it failed. */
  readonly ended: Promise<void>;
  /** Gives running activities half a minute to end, then rolls them back. */
  readonly stop: () => Promise<void>;
}

/** Starts a worker on a task queue and returns at once. Call `installRuntime` before you create the connection. */
export async function startWorker(options: StartWorkerOptions): Promise<RunningWorker> {
  const { connection, namespace, taskQueue, source, log, now = () => new Date() } = options;
  const { connectionsPerServer, zone = { zone: defaultZone } } = options;
  const { dataConverter, enabled } = options.encryption ?? encryptionFrom({});
  const client = new Client({ connection, namespace, dataConverter });
  const pools = databasePools(connectionsPerServer === undefined ? {} : { connectionsPerServer });
  const activities = createActivities({
    source,
    pools,
    tokens: cloudTokens(),
    bounds: options.bounds ?? boundsFile(undefined),
    databases: databaseWorkflows(client, taskQueue),
    sharedChecks: sharedChecks(client, taskQueue),
    zones: zonesOf(zone, client, taskQueue),
    admission: { local: admission(slots.local), remote: admission(slots.remote) },
    log,
    metrics: options.metrics ?? noMetrics,
    hidesMessages: enabled,
    now,
    searchAttributes: await knowsSearchAttributes(client, log),
  });
  const worker = await Worker.create({
    connection,
    namespace,
    taskQueue: queueOf(zone, taskQueue),
    dataConverter,
    ...(runsWorkflows(zone)
      ? { activities, ...workflowsOf(options) }
      : { activities: inDatabases(activities) }),
    ...limits,
  });
  const ended = worker.run().finally(() => pools.close());
  ended.catch(() => undefined);
  const stop = async () => {
    if (worker.getState() === 'RUNNING') worker.shutdown();
    await ended;
  };
  return { state: () => worker.getState(), ended, stop };
}

/**
 * How many activities may use PostgreSQL servers at the same time: local ones and the others. A fixed limit, because an
 * idle CPU of the worker says nothing about an overloaded database.
 */
const slots = { local: 20, remote: 40 };

/**
 * Each limit is above `slots`, so that activities that use no server always find a slot. A workflow task keeps its slot
 * during its local activities. With few slots, of many policies that begin at once, the first ones are finished before
 * the last ones begin: their later tasks come by the sticky queue, which the worker polls more often.
 */
const limits: Partial<WorkerOptions> = {
  maxConcurrentWorkflowTaskExecutions: 24,
  maxConcurrentLocalActivityExecutions: 24,
  maxConcurrentActivityTaskExecutions: 60,
  maxHeartbeatThrottleInterval: '5s',
  maxCachedWorkflows: 600, // 0.4 MB each; if more are busy at once, each task replays its workflow
  stickyQueueScheduleToStartTimeout: '10s',
  shutdownGraceTime: '30s',
  shutdownForceTime: '55s',
};

function workflowsOf({ bundlePath }: StartWorkerOptions): Partial<WorkerOptions> {
  if (bundlePath !== undefined) return { workflowBundle: { codePath: bundlePath } };
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  const workflowsPath = fileURLToPath(new URL(`../workflows/index.${extension}`, import.meta.url));
  return { workflowsPath };
}
