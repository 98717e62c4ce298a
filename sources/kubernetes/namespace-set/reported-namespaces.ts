import type { ResourceRef } from '../../../core/document/document.ts';
import { Refusal } from '../../../core/refusal.ts';
import type { ApiClient } from '../api/client.ts';
import { paths } from '../paths.ts';
import { reflect } from '../reflector.ts';
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

/** A namespace without all rights is still ours: its policies report the missing rights and are not given up. */
const kept: ReadonlySet<NamespaceState> = new Set(['RBACMissing', 'Running']);

/**
 * The namespaces in the watcher's report. Without a report this throws a Refusal, so that no namespace counts as
 * removed.
 */
export function reportedNamespaces({
  client,
  ref,
  onTrouble,
  signal,
}: ReportOptions): NamespaceSet {
  const { add, notify } = listeners();
  let report: NamespaceReport | undefined;
  reflect<string>({
    ...{ client, onTrouble, signal, metadataOnly: false, reportsFirst: true },
    path: paths.configMaps(ref.namespace),
    fieldSelector: `metadata.name=${ref.name}`,
    digest: (value) => {
      report = decodeReport(value) ?? report;
      return [ref.name, JSON.stringify(report)];
    },
    onChange: notify,
  });
  const names = (current = report) => {
    if (current === undefined) throw unknown(ref);
    return keptIn(current);
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
  const message = `the managed namespaces are unknown: the watcher has not yet written ConfigMap ${namespace}/${name}`;
  return new Refusal(
    'NamespacesUnknown',
    message,
    'Check the watcher if this persists. pgwarden keeps retrying.',
  );
}
