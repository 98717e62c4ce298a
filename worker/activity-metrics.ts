import {
  reconcileResults,
  type ActivityMetrics,
  type TimedActivity,
} from '../activities/metrics.ts';
import { errorCodes, failureClass, type ErrorCode } from '../core/error-codes.ts';
import type { Instruments } from '../telemetry/instruments.ts';
import { metrics } from '../telemetry/metrics.ts';
import { policySeries, type PolicySeriesOptions } from './policy-series.ts';
import type { RunningActivities } from './running-activities.ts';

interface MetricsOptions extends PolicySeriesOptions {
  readonly running: RunningActivities;
}

/** Records the measurements of activities in the metrics of docs/metrics.md. */
export function activityMetrics(
  instruments: Instruments,
  options: MetricsOptions,
): ActivityMetrics {
  const { counter, histogram, observed } = instruments;
  const { began, byKind } = options.running;
  const reconciles = counter(metrics.reconciles);
  const failures = counter(metrics.failures);
  const plans = counter(metrics.plans);
  const changes = counter(metrics.changes);
  const durations = {
    check: histogram(metrics.checkDuration),
    diff: histogram(metrics.diffDuration),
    apply: histogram(metrics.applyDuration),
    step: histogram(metrics.stepDuration),
  } satisfies Record<TimedActivity, unknown>;
  const failed = (code: ErrorCode, by = 1) => {
    failures({ code, class: failureClass(code) }, by);
  };
  // Start at zero, so that the first event counts as an increase.
  for (const result of reconcileResults) reconciles({ result }, 0);
  for (const code of codes) failed(code, 0);
  observed(metrics.runningActivities, () =>
    byKind().map(({ activity, count }) => ({ labels: { activity }, value: count })),
  );
  observed(metrics.oldestActivity, () =>
    byKind().map(({ activity, oldestSeconds }) => ({ labels: { activity }, value: oldestSeconds })),
  );
  return {
    began,
    ...policySeries(instruments, options),
    timed(activity, result, seconds) {
      durations[activity]({ result }, seconds);
    },
    reconciled(result) {
      reconciles({ result });
    },
    failed,
    planned(result) {
      plans({ result });
    },
    changed(summary) {
      for (const [kind, count] of Object.entries(summary)) {
        if (kind !== 'total') changes({ kind }, count);
      }
    },
  };
}

const codes = Object.keys(errorCodes) as readonly ErrorCode[];
