import { z } from 'zod';
import type { ResourceRef } from '../../../core/document/document.ts';
import { isNotFound } from '../api/api-error.ts';
import type { ApiClient } from '../api/client.ts';
import { paths } from '../paths.ts';
import { apiTrouble } from '../trouble.ts';
import { ownLabels } from './labels.ts';

/** How namespaces are found: in mode `all` no search is needed, the other modes depend on our rights on namespaces. */
export const namespaceModes = ['all', 'dynamic', 'readonly', 'disabled'] as const;
export type NamespaceMode = (typeof namespaceModes)[number];

/** The configured mode; `auto` derives it from the watcher's rights on namespaces. */
export type WantedMode = NamespaceMode | 'auto';

/** The state of a namespace. */
export const namespaceStates = ['Pending', 'RBACMissing', 'Running', 'Draining', 'Gone'] as const;
export type NamespaceState = (typeof namespaceStates)[number];

const reportSchema = z.object({
  schema: z.literal('pgwarden.namespaces.v1'),
  installation: z.string(),
  /** The former name of the installation, while namespaces with that label are being left. */
  former: z.string().optional(),
  mode: z.enum(namespaceModes),
  /** Why this mode applies. */
  reason: z.string(),
  /** When the mode changed last. ISO 8601. */
  changed: z.string(),
  namespaces: z.array(
    z.object({
      name: z.string(),
      state: z.enum(namespaceStates),
      reason: z.string(),
      /** When it entered this state. ISO 8601. */
      since: z.string(),
    }),
  ),
});

/** The report about namespaces: a ConfigMap that the watcher writes for workers and people. */
export type NamespaceReport = z.infer<typeof reportSchema>;
export type ReportedNamespace = NamespaceReport['namespaces'][number];

const reportKey = 'namespaces.json';

const texts = z.record(z.string(), z.string()).default({});
const configMapSchema = z.object({
  metadata: z.object({ annotations: texts }).optional(),
  data: texts,
});

/** When the report was last written, even if unchanged, to the minute. ISO 8601. */
const writtenAnnotation = 'pgwarden.io/written-at';
const minuteMs = 60_000;

/** Undefined if an earlier version wrote the report. */
export function writtenAt(configMap: unknown): string | undefined {
  return configMapSchema.safeParse(configMap).data?.metadata?.annotations[writtenAnnotation];
}

/** Undefined if there is no readable report: the watcher writes it again. */
export function decodeReport(configMap: unknown): NamespaceReport | undefined {
  const text = configMapSchema.safeParse(configMap).data?.data[reportKey];
  if (text === undefined) return undefined;
  try {
    return reportSchema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

export async function readReport(
  client: ApiClient,
  ref: ResourceRef,
): Promise<NamespaceReport | undefined> {
  return (await readWritten(client, ref))?.report;
}

interface Written {
  readonly report: NamespaceReport;
  readonly written: string | undefined;
}

/** The report with the time it was written. */
export async function readWritten(
  client: ApiClient,
  { namespace, name }: ResourceRef,
): Promise<Written | undefined> {
  try {
    const configMap = await client.get(paths.configMaps(namespace, name));
    const report = decodeReport(configMap);
    return report === undefined ? undefined : { report, written: writtenAt(configMap) };
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw apiTrouble(`read ConfigMap ${namespace}/${name}`, error);
  }
}

/** Creates or replaces the ConfigMap. */
export async function writeReport(
  client: ApiClient,
  { namespace, name }: ResourceRef,
  report: NamespaceReport,
): Promise<void> {
  const minute = new Date(Math.floor(Date.now() / minuteMs) * minuteMs).toISOString();
  const annotations = { [writtenAnnotation]: minute };
  const labels = ownLabels(report.installation);
  const body = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { namespace, name, labels, annotations },
    data: { [reportKey]: JSON.stringify(report, undefined, 2) },
  };
  try {
    await client.apply(paths.configMaps(namespace, name), body);
  } catch (error) {
    throw apiTrouble(`write ConfigMap ${namespace}/${name}`, error);
  }
}
