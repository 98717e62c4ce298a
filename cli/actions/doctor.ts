import { setTimeout as sleep } from 'node:timers/promises';
import { Connection } from '@temporalio/client';
import { connectionOf } from '../../activities/target.ts';
import { defaultZone, zoneOf } from '../../core/manifest/zone.ts';
import { readyPolicy } from '../../activities/ready-policy.ts';
import type { ResourceRef } from '../../core/document/document.ts';
import { Refusal } from '../../core/refusal.ts';
import { databasePools } from '../../postgres/pool.ts';
import { temporalRefusal } from '../../runtime/temporal-trouble.ts';
import { boundsFile } from '../../sources/bounds-file.ts';
import { cloudTokens } from '../../sources/cloud-tokens/tokens.ts';
import { openSource } from '../../sources/open.ts';
import { refText } from '../../sources/resource-name.ts';
import type { PolicySource } from '../../sources/source.ts';
import { readConfiguration, type WorkerConfiguration } from '../../worker/configuration.ts';
import { ofActivities, queueOf } from '../../worker/zones.ts';
import { isRefusal } from '../failure.ts';
import { writeErr, writeOut } from '../output.ts';
import { printable } from '../printable.ts';

export interface DoctorOptions {
  /** Seconds for which a failing check is retried. */
  readonly wait: number;
}

/** A check of one thing that a worker needs. It returns a sentence about it, or throws a Refusal. */
type Check = (setting: Setting) => Promise<string>;

interface Setting {
  readonly configuration: WorkerConfiguration;
  readonly source: PolicySource;
}

const checks: readonly Check[] = [temporalAnswers, rightsAreThere, databaseAnswers];
const retryMs = 1_000;

/**
 * Checks, from this process, what a worker needs: Temporal, its rights, and a connection to a database. It reads the
 * environment of a worker and changes nothing. Returns the exit code. Throws the last Refusal if a check fails.
 */
export async function doctor({ wait }: DoctorOptions): Promise<number> {
  const configuration = readConfiguration(process.env);
  const end = new AbortController();
  const { source } = await openSource(configuration.source, {
    onTrouble: ({ message }) => {
      writeErr(`note: ${printable(message)}\n`);
    },
    signal: end.signal,
  });
  const deadline = Date.now() + wait * 1_000;
  const failures: Refusal[] = [];
  try {
    for (const check of checks) {
      const result = await untilRight(() => check({ configuration, source }), deadline);
      if (typeof result === 'string') writeOut(`ok: ${printable(result)}\n`);
      else failures.push(result);
    }
  } finally {
    end.abort();
  }
  const last = failures.pop();
  for (const { code, message, hint } of failures) writeErr(printableFailure(code, message, hint));
  if (last !== undefined) throw last;
  return 0;
}

function printableFailure(code: string, message: string, hint: string): string {
  return `${printable(`failed: ${code}: ${message}`)}\n  ${printable(hint)}\n`;
}

/** Retries until the deadline. Errors other than Refusals are thrown at once. */
async function untilRight(
  check: () => Promise<string>,
  deadline: number,
): Promise<string | Refusal> {
  for (;;) {
    try {
      return await check();
    } catch (error) {
      if (!isRefusal(error)) throw error;
      if (Date.now() + retryMs > deadline) return error;
      await sleep(retryMs);
    }
  }
}

async function temporalAnswers({ configuration }: Setting): Promise<string> {
  const { temporal, zone } = configuration;
  const taskQueue = queueOf({ zone }, configuration.taskQueue);
  const { address, namespace, connectionOptions } = temporal;
  const connection = await Connection.connect({
    ...connectionOptions,
    connectTimeout: 5_000,
  }).catch((error: unknown) => {
    throw temporalRefusal(address, error);
  });
  try {
    const { pollers } = await connection
      .withDeadline(Date.now() + 5_000, () =>
        connection.workflowService.describeTaskQueue({
          namespace,
          taskQueue: { name: taskQueue },
          taskQueueType: ofActivities,
        }),
      )
      .catch((error: unknown) => {
        throw temporalRefusal(address, error);
      });
    if (pollers.length === 0) throw noWorker(taskQueue, namespace);
    return `Temporal answers at ${address}, and a worker polls task queue ${taskQueue} in namespace ${namespace}`;
  } finally {
    await connection.close();
  }
}

function noWorker(taskQueue: string, namespace: string): Refusal {
  const message = `no worker polls task queue ${taskQueue} in Temporal namespace ${namespace}`;
  const hint = 'Start a worker, and check its log, TEMPORAL_TASK_QUEUE and PGWARDEN_ZONE.';
  return new Refusal('TemporalUnavailable', message, hint);
}

async function rightsAreThere({ configuration, source }: Setting): Promise<string> {
  const refs = await source.listPolicies();
  const namespaces = [
    ...new Set([...listedIn(configuration), ...refs.map((ref) => ref.namespace)]),
  ];
  for (const namespace of namespaces) {
    const refusal = await source.missingRights(namespace);
    if (refusal !== undefined) throw refusal;
  }
  if (namespaces.length === 0) return 'policies can be listed; there are none yet';
  return `the worker has its rights in ${namespaces.sort().join(', ')}`;
}

/** Namespaces that the configuration names. A directory needs no rights. */
function listedIn({ source }: WorkerConfiguration): readonly string[] {
  return source.kind === 'kubernetes' ? source.place.namespaces.list : [];
}

/**
 * Number of policies whose databases are tried until one answers. A broken policy of one tenant is no fault of the
 * installation.
 */
const mostTried = 10;

async function databaseAnswers({ configuration, source }: Setting): Promise<string> {
  const refs = [...(await source.listPolicies())].slice(0, mostTried);
  const failures: Refusal[] = [];
  for (const ref of refs) {
    try {
      const login = await loginOf(ref, configuration, source);
      if (login !== undefined) return login;
    } catch (error) {
      if (!isRefusal(error)) throw error;
      failures.push(error);
    }
  }
  const [first] = failures;
  if (first !== undefined) throw first;
  const where = configuration.zone === defaultZone ? '' : ` in zone ${configuration.zone}`;
  return `no database was checked, because there is no policy yet${where}`;
}

async function loginOf(
  ref: ResourceRef,
  { boundsFile: bounds, zone }: WorkerConfiguration,
  source: PolicySource,
): Promise<string | undefined> {
  const record = await source.readPolicy(ref);
  if (record === undefined) throw gone(ref);
  const zones = {
    includes: (each: string) => each === zone,
    isServed: () => Promise.resolve(true),
  };
  const policy = readyPolicy(record);
  if (!zones.includes(zoneOf(policy.spec))) return undefined;
  const pools = databasePools();
  try {
    const deps = { source, pools, tokens: cloudTokens(), bounds: boundsFile(bounds), zones };
    const { database } = await connectionOf(deps, policy);
    const { major, login } = await database.use((session) => Promise.resolve(session));
    return `the database of policy ${refText(ref)} answers: PostgreSQL ${String(major)}, as ${login}`;
  } finally {
    await pools.close();
  }
}

function gone(ref: ResourceRef): Refusal {
  const message = `policy ${refText(ref)} was deleted meanwhile`;
  return new Refusal('PolicyNotFound', message, 'Run the command again.');
}
