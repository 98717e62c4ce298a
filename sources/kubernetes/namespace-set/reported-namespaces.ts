import type { ResourceRef } from '../../../core/document/document.ts';
import { Refusal } from '../../../core/refusal.ts';
import type { ApiClient } from '../api/client.ts';
import { paths } from '../paths.ts';
import { reflect } from '../watch/reflector.ts';
import { listeners } from './listeners.ts';
import type { NamespaceSet } from './namespace-set.ts';
import { decodeReport, readReport, type NamespaceReport, type NamespaceState } from './report.ts';

interface ReportOptions {
  readonly client: ApiClient;
  /** The ConfigMap the watcher writes. */
  readonly ref: ResourceRef;
  readonly onTrouble: (trouble: Refusal) => void;
  readonly signal: AbortSignal;
}

/** A namespace that only lacks rights is ours: its policies say so, and are not given up. */
const kept: ReadonlySet<NamespaceState> = new Set(['RBACMissing', 'Running']);

/** The namespaces the watcher tells of. Until it has told of any, nothing is taken for gone: that is refused. */
export function reportedNamespaces({
  client,
  ref,
  onTrouble,
  signal,
}: ReportOptions): NamespaceSet {
  const { add, tell } = listeners();
  let report: NamespaceReport | undefined;
  reflect<string>({
    ...{ client, onTrouble, signal, metadataOnly: false, tellsFirst: true },
    path: paths.configMaps(ref.namespace),
    fieldSelector: `metadata.name=${ref.name}`,
    digest: (value) => {
      report = decodeReport(value) ?? report;
      return [ref.name, JSON.stringify(report)];
    },
    onChange: tell,
  });
  const names = (told = report) => {
    if (told === undefined) throw unknown(ref);
    return keptIn(told);
  };
  return {
    names: () => names(),
    asked: async () => names(await readReport(client, ref)),
    onChange: add,
  };
}

function keptIn({ mode, namespaces }: NamespaceReport): readonly string[] | undefined {
  if (mode === 'all') return undefined;
  return namespaces.filter(({ state }) => kept.has(state)).map(({ name }) => name);
}

function unknown({ namespace, name }: ResourceRef): Refusal {
  const message = `which namespaces are ours is not known: the watcher has not told yet, in ConfigMap ${namespace}/${name}`;
  return new Refusal('NamespacesUnknown', message, 'It is tried again. Look at the watcher.');
}
