/** Metrics as Prometheus reads them. */
export interface Samples {
  /** Without `_bucket`, `_sum` and `_count`. */
  readonly names: ReadonlySet<string>;
  /** The only sample with that name and these labels. Undefined if there is none. */
  readonly value: (name: string, labels?: Readonly<Record<string, string>>) => number | undefined;
  readonly labels: ReadonlySet<string>;
}

const line = /^(?<name>[a-zA-Z_:][\w:]*)(?:\{(?<labels>.*)\})? (?<value>\S+)$/;
const pair = /(?<key>\w+)="(?<text>(?:[^"\\]|\\.)*)"/g;

/** Throws on an invalid line. */
export function samplesIn(text: string): Samples {
  const samples = text
    .split('\n')
    .filter((each) => each !== '' && !each.startsWith('#'))
    .map((each) => {
      const groups = line.exec(each)?.groups;
      if (groups === undefined) throw new Error(`no sample: ${each}`);
      return {
        name: groups.name ?? '',
        labels: labelsIn(groups.labels ?? ''),
        value: Number(groups.value),
      };
    });
  return {
    names: new Set([...text.matchAll(/^# TYPE (\S+)/gm)].map(([, name = '']) => name)),
    labels: new Set(samples.flatMap(({ labels }) => Object.keys(labels))),
    value: (name, wanted = {}) =>
      samples.find(
        (sample) =>
          sample.name === name &&
          Object.entries(wanted).every(([key, text]) => sample.labels[key] === text),
      )?.value,
  };
}

function labelsIn(text: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    [...text.matchAll(pair)].map(({ groups }) => [groups?.key ?? '', groups?.text ?? '']),
  );
}
