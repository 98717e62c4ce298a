import { ValueType, type HrTime } from '@opentelemetry/api';
import type { Resource } from '@opentelemetry/resources';
import {
  AggregationTemporality,
  DataPointType,
  type MetricData,
  type MetricProducer,
} from '@opentelemetry/sdk-metrics';
import type { Metric, Sample } from './metric.ts';

/** Metrics whose values are computed when they are collected. */
export interface Observations {
  readonly observe: (metric: Metric, look: () => Iterable<Sample>) => void;
  readonly producer: MetricProducer;
}

/**
 * The SDK's observable instruments keep every series they ever observed, with its last value, and count it against
 * their limit, so a deleted policy would be exported forever. Here only series that are observed now are exported.
 */
export function observations(resource: Resource, scope: string): Observations {
  const startTime = hrTime();
  const looks: { readonly metric: Metric; readonly look: () => Iterable<Sample> }[] = [];
  const collected = () => {
    const endTime = hrTime();
    const metrics = looks.map(({ metric, look }) => dataOf(metric, look(), { startTime, endTime }));
    const observed = metrics.filter(({ dataPoints }) => dataPoints.length > 0);
    return {
      resourceMetrics: { resource, scopeMetrics: [{ scope: { name: scope }, metrics: observed }] },
      errors: [],
    };
  };
  return {
    observe(metric, look) {
      looks.push({ metric, look });
    },
    producer: { collect: () => Promise.resolve(collected()) },
  };
}

function dataOf(
  { name, description, unit, kind }: Metric,
  samples: Iterable<Sample>,
  times: { readonly startTime: HrTime; readonly endTime: HrTime },
): MetricData {
  const data = {
    descriptor: { name, description, unit: unit ?? '', valueType: ValueType.DOUBLE },
    aggregationTemporality: AggregationTemporality.CUMULATIVE,
    dataPoints: [...samples].map(({ labels, value }) => ({ ...times, attributes: labels, value })),
  };
  return kind === 'counter'
    ? { ...data, dataPointType: DataPointType.SUM, isMonotonic: true }
    : { ...data, dataPointType: DataPointType.GAUGE };
}

/** Seconds and nanoseconds. */
function hrTime(): HrTime {
  const now = Date.now();
  return [Math.floor(now / 1_000), (now % 1_000) * 1_000_000];
}
