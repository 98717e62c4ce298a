/** A metric of the product. Its name is the same in Prometheus and OTLP. */
export interface Metric<Label extends string = string> {
  readonly name: string;
  readonly kind: 'counter' | 'gauge' | 'histogram';
  /** UCUM unit: `s`, `By`. Absent for counts. */
  readonly unit?: 's' | 'By';
  readonly exportedBy: 'worker' | 'watcher' | 'both';
  readonly description: string;
  /** Description per label. */
  readonly labels: Readonly<Record<Label, string>>;
  /** Upper bounds of a histogram's buckets. */
  readonly buckets?: readonly number[];
}

export type LabelsOf<M extends Metric> = Readonly<Record<keyof M['labels'] & string, string>>;

/** One value of a gauge. */
export interface Sample<Label extends string = string> {
  readonly labels: Readonly<Record<Label, string>>;
  readonly value: number;
}
