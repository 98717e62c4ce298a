import type { MetricsBuffer } from '@temporalio/worker';
import type { ActivityMetrics } from '../activities/metrics.ts';
import { Refusal } from '../core/refusal.ts';
import type { Log } from '../telemetry/log.ts';
import { openTelemetry } from '../telemetry/telemetry.ts';
import { activityMetrics } from './activity-metrics.ts';
import { runningActivities, type RunningActivities } from './running-activities.ts';
import { temporalMetrics } from './temporal-metrics.ts';

/** The metrics of a worker process: its activities, Temporal's SDK, and the process itself. */
export interface WorkerTelemetry {
  readonly metrics: ActivityMetrics;
  readonly running: RunningActivities;
  /** Buffer for `installRuntime`, which must be called before anything else of the SDK. */
  readonly buffer: MetricsBuffer;
  readonly scrape: () => Promise<string>;
  readonly close: () => Promise<void>;
}

/** Throws Refusal `Usage` when a variable is invalid. */
export async function openWorkerTelemetry(
  env: NodeJS.ProcessEnv,
  log: Log,
): Promise<WorkerTelemetry> {
  const policySeries = policySeriesOf(env);
  const { instruments, meter, scrape, close } = await openTelemetry({
    ...{ service: 'pgwarden-worker', env, log },
  });
  const now = () => new Date();
  const running = runningActivities();
  const temporal = temporalMetrics(meter);
  return {
    metrics: activityMetrics(instruments, { limit: policySeries, now, running }),
    running,
    buffer: temporal.buffer,
    scrape() {
      temporal.collect();
      return scrape();
    },
    async close() {
      temporal.stop();
      await close();
    },
  };
}

const defaultPolicySeries = 500;

function policySeriesOf({ PGWARDEN_METRICS_PER_POLICY: text }: NodeJS.ProcessEnv): number {
  if (text === undefined || text === '') return defaultPolicySeries;
  if (/^\d{1,6}$/.test(text)) return Number(text);
  const hint = 'Set it to the largest number of policies with their own metrics, or to 0 for none.';
  throw new Refusal('Usage', `PGWARDEN_METRICS_PER_POLICY is not a number: ${text}`, hint);
}
