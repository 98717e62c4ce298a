import { z } from 'zod';
import type { ResourceRef } from '../../core/document/document.ts';
import { Refusal } from '../../core/refusal.ts';
import { hasCode } from '../../sources/kubernetes/api/api-error.ts';
import type { ApiClient } from '../../sources/kubernetes/api/client.ts';
import { listed } from '../../sources/kubernetes/api/list.ts';
import {
  installationLabel,
  managedByLabel,
  managedByUs,
} from '../../sources/kubernetes/namespace-set/labels.ts';
import {
  decodeReport,
  readWritten,
  writtenAt,
  type NamespaceReport,
} from '../../sources/kubernetes/namespace-set/report.ts';
import { paths } from '../../sources/kubernetes/paths.ts';
import { apiTrouble } from '../../sources/kubernetes/trouble.ts';
import { refText } from '../../sources/resource-name.ts';

export interface InstallationOptions {
  readonly operatorNamespace?: string;
  readonly installation?: string;
}

/** What a watcher tells of the namespaces, and where it does. */
export interface Installation {
  readonly ref: ResourceRef;
  readonly report: NamespaceReport;
  /** When the report was last written, to the minute. ISO 8601. Undefined where an earlier version wrote it. */
  readonly written: string | undefined;
}

/** Where it mostly is, for those who may not look everywhere. */
const usual = { namespace: 'pgwarden', name: 'pgwarden-namespaces' };

/** The one installation that is meant. Throws Refusal when there is none, or more than one. */
export async function findInstallation(
  client: ApiClient,
  options: InstallationOptions,
): Promise<Installation> {
  const { operatorNamespace, installation } = options;
  const all = await installationsIn(client, operatorNamespace);
  const meant = all.filter(
    ({ report }) => installation === undefined || report.installation === installation,
  );
  const [found, ...others] = meant;
  if (found === undefined) throw noneFound(all, options);
  if (others.length > 0) throw severalFound(meant);
  return found;
}

/** Without a namespace, in all of them, or where it mostly is. */
async function installationsIn(
  client: ApiClient,
  namespace: string | undefined,
): Promise<readonly Installation[]> {
  const found = await reportsIn(client, namespace);
  if (found !== undefined) return found;
  if (namespace === undefined) return installationsIn(client, usual.namespace);
  // Who may not list may still read this one.
  const ref = { ...usual, namespace };
  const one = await readWritten(client, ref);
  return one === undefined ? [] : [{ ref, ...one }];
}

/** Undefined where that may not be listed. */
async function reportsIn(
  client: ApiClient,
  namespace: string | undefined,
): Promise<readonly Installation[] | undefined> {
  const labelSelector = `${managedByLabel}=${managedByUs},${installationLabel}`;
  const found: Installation[] = [];
  try {
    const pages = listed(client, { path: paths.configMaps(namespace), labelSelector });
    for await (const { items } of pages) found.push(...items.flatMap(installationIn));
  } catch (error) {
    if (hasCode(error, 403)) return undefined;
    throw apiTrouble('list ConfigMaps', error);
  }
  return found;
}

const configMapSchema = z.object({
  metadata: z.object({ namespace: z.string(), name: z.string() }),
});

function installationIn(configMap: unknown): Installation[] {
  const report = decodeReport(configMap);
  if (report === undefined) return [];
  return [
    { ref: configMapSchema.parse(configMap).metadata, report, written: writtenAt(configMap) },
  ];
}

function noneFound(
  others: readonly Installation[],
  { operatorNamespace, installation }: InstallationOptions,
): Refusal {
  const name = installation === undefined ? '' : ` ${installation}`;
  const place = operatorNamespace === undefined ? '' : ` in namespace ${operatorNamespace}`;
  const hint =
    others.length > 0
      ? 'Name one of those above with --installation.'
      : 'Name the namespace its watcher runs in with --operator-namespace, and look whether it runs.';
  const message = `no installation${name} tells of its namespaces${place}`;
  return new Refusal('NamespacesUnknown', message, hint, others.map(line));
}

function severalFound(found: readonly Installation[]): Refusal {
  const names = new Set(found.map(({ report }) => report.installation));
  const option = names.size === found.length ? '--installation' : '--operator-namespace';
  const message = `there are ${String(found.length)} installations, and it is not said which is meant`;
  return new Refusal('Usage', message, `Name one with ${option}.`, found.map(line));
}

function line({ ref, report }: Installation): string {
  return `${installationText(report)}, mode ${report.mode}, told in ConfigMap ${refText(ref)}`;
}

/** One that goes by no label need not have a name. */
export function installationText({ installation }: NamespaceReport): string {
  return installation === '' ? 'an installation without a name' : `installation ${installation}`;
}
