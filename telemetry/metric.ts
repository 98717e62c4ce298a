/** A measure the product exports. Its name is the same at the Prometheus endpoint and by OTLP. */
export interface Metric<Label extends string = string> {
  readonly name: string;
  readonly kind: 'counter' | 'gauge' | 'histogram';
  /** As in UCUM: `s`, `By`. Absent for numbers of things. */
  readonly unit?: 's' | 'By';
  readonly exportedBy: 'worker' | 'watcher' | 'both';
  readonly description: string;
  /** Label to what it says. */
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
