import type { Attributes, Meter } from '@opentelemetry/api';
import { MetricsBuffer } from '@temporalio/worker';

type Update = ReturnType<MetricsBuffer['retrieveUpdates']> extends Iterable<infer T> ? T : never;
type Measured = Update['metric'];
type Record = (value: number, attributes: Attributes) => void;

export interface TemporalMetrics {
  /** Buffer for the options of the runtime. */
  readonly buffer: MetricsBuffer;
  /** Records the measurements since the last call. */
  readonly collect: () => void;
  readonly stop: () => void;
}

const everyMs = 1_000;
const largestBuffer = 50_000;

/**
 * Copies the metrics of Temporal's SDK to our meter, so that one port can be scraped and one OTLP configuration
 * applies. The SDK's own exporters support only one of the two. Names are those of Temporal's other SDKs, so that their
 * dashboards work: durations in seconds, with `_seconds` and `_total` at the end.
 */
export function temporalMetrics(meter: Meter): TemporalMetrics {
  const buffer = new MetricsBuffer({ maxBufferSize: largestBuffer, useSecondsForDurations: true });
  const instruments = new Map<string, Record>();
  const collect = () => {
    for (const { metric, value, attributes } of buffer.retrieveUpdates()) {
      const record = instruments.get(metric.name) ?? instrument(meter, metric);
      instruments.set(metric.name, record);
      record(value, attributes);
    }
  };
  const timer = setInterval(collect, everyMs).unref();
  return {
    buffer,
    collect,
    stop() {
      clearInterval(timer);
    },
  };
}

const seconds = [0.001, 0.005, 0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300];

function instrument(meter: Meter, { name, kind, unit, description = '' }: Measured): Record {
  switch (kind) {
    case 'counter': {
      const counter = meter.createCounter(`${name}_total`, { description });
      return (value, attributes) => {
        counter.add(value, attributes);
      };
    }
    case 'up-down-counter': {
      const counter = meter.createUpDownCounter(name, { description });
      return (value, attributes) => {
        counter.add(value, attributes);
      };
    }
    case 'gauge': {
      const gauge = meter.createGauge(name, { description });
      return (value, attributes) => {
        gauge.record(value, attributes);
      };
    }
    case 'histogram': {
      const isTime = unit === 's';
      const histogram = meter.createHistogram(isTime ? `${name}_seconds` : name, {
        description,
        ...(isTime ? { unit, advice: { explicitBucketBoundaries: seconds } } : {}),
      });
      return (value, attributes) => {
        histogram.record(value, attributes);
      };
    }
  }
}
