import type { Meter } from '@opentelemetry/api';
import type { LabelsOf, Metric, Sample } from './metric.ts';
import type { Observations } from './observations.ts';

/** Creates the instruments of declared metrics, each metric once. */
export interface Instruments {
  readonly counter: <M extends Metric>(metric: M) => (labels: LabelsOf<M>, by?: number) => void;
  readonly histogram: <M extends Metric>(metric: M) => (labels: LabelsOf<M>, value: number) => void;
  /** `read` is called whenever the metric is collected. */
  readonly observed: <M extends Metric>(
    metric: M,
    look: () => Iterable<Sample<keyof M['labels'] & string>>,
  ) => void;
}

export function instrumentsOf(meter: Meter, observe: Observations['observe']): Instruments {
  return {
    counter(metric) {
      const counter = meter.createCounter(metric.name, optionsOf(metric));
      return (labels, by = 1) => {
        counter.add(by, labels);
      };
    },
    histogram(metric) {
      const histogram = meter.createHistogram(metric.name, optionsOf(metric));
      return (labels, value) => {
        histogram.record(value, labels);
      };
    },
    observed: observe,
  };
}

function optionsOf({ description, unit, buckets }: Metric) {
  return {
    description,
    ...(unit === undefined ? {} : { unit }),
    ...(buckets === undefined ? {} : { advice: { explicitBucketBoundaries: [...buckets] } }),
  };
}
