import { AggregationTemporality, InstrumentType, MetricReader } from '@opentelemetry/sdk-metrics';

/**
 * Gauges are told as they are now. By the SDK's cumulative way a series that is gone, as that of a deleted policy,
 * would keep its last value for ever.
 */
export function gaugesAsTheyAre(
  others: (kind: InstrumentType) => AggregationTemporality,
): (kind: InstrumentType) => AggregationTemporality {
  return (kind) =>
    kind === InstrumentType.OBSERVABLE_GAUGE ? AggregationTemporality.DELTA : others(kind);
}

/** Is read whenever somebody asks, and counts from the start of the process. */
export class ScrapedReader extends MetricReader {
  constructor() {
    super({
      aggregationTemporalitySelector: gaugesAsTheyAre(() => AggregationTemporality.CUMULATIVE),
    });
  }

  protected override onForceFlush(): Promise<void> {
    return Promise.resolve();
  }

  protected override onShutdown(): Promise<void> {
    return Promise.resolve();
  }
}
