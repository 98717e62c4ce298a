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

/** The report of a watcher about its namespaces, and the ConfigMap that contains it. */
export interface Installation {
  readonly ref: ResourceRef;
  readonly report: NamespaceReport;
  /** When the report was last written, to the minute, in ISO 8601. Undefined if an earlier version wrote it. */
  readonly written: string | undefined;
}

/** The usual place of the report, for users who cannot list ConfigMaps in the whole cluster. */
const usualPlace = { namespace: 'pgwarden', name: 'pgwarden-namespaces' };

/** The installation that the options select. Throws Refusal if there is none, or more than one. */
export async function findInstallation(
  client: ApiClient,
  options: InstallationOptions,
): Promise<Installation> {
  const { operatorNamespace, installation } = options;
  const all = await installationsIn(client, operatorNamespace);
  const selected = all.filter(
    ({ report }) => installation === undefined || report.installation === installation,
  );
  const [found, ...others] = selected;
  if (found === undefined) throw noneFound(all, options);
  if (others.length > 0) throw severalFound(selected);
  return found;
}

/** The installations in a namespace. Without one, those in the whole cluster, or else at the usual place. */
async function installationsIn(
  client: ApiClient,
  namespace: string | undefined,
): Promise<readonly Installation[]> {
  const found = await reportsIn(client, namespace);
  if (found !== undefined) return found;
  if (namespace === undefined) return installationsIn(client, usualPlace.namespace);
  // A user who cannot list ConfigMaps may still be able to read this one.
  const ref = { ...usualPlace, namespace };
  const one = await readWritten(client, ref);
  return one === undefined ? [] : [{ ref, ...one }];
}

/** Undefined if the user cannot list ConfigMaps there. */
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
  const name = installation === undefined ? '' : ` of installation ${installation}`;
  const place = operatorNamespace === undefined ? '' : ` in namespace ${operatorNamespace}`;
  const hint =
    others.length > 0
      ? 'Choose one of the installations above with --installation.'
      : 'Set the namespace of the watcher with --operator-namespace, and check that the watcher runs.';
  const message = `found no namespace report${name}${place}`;
  return new Refusal('NamespacesUnknown', message, hint, others.map(line));
}

function severalFound(found: readonly Installation[]): Refusal {
  const names = new Set(found.map(({ report }) => report.installation));
  const option = names.size === found.length ? '--installation' : '--operator-namespace';
  const message = `found ${String(found.length)} installations, and the command needs one`;
  return new Refusal('Usage', message, `Choose one with ${option}.`, found.map(line));
}

function line({ ref, report }: Installation): string {
  return `${installationText(report)}, mode ${report.mode}, reported in ConfigMap ${refText(ref)}`;
}

/** An installation that uses no label can be without a name. */
export function installationText({ installation }: NamespaceReport): string {
  return installation === '' ? 'an installation without a name' : `installation ${installation}`;
}
