import { installationLabel } from '../../sources/kubernetes/namespace-set/labels.ts';
import type {
  NamespaceReport,
  NamespaceState,
} from '../../sources/kubernetes/namespace-set/report.ts';
import { refText } from '../../sources/resource-name.ts';
import { ageOf } from '../age.ts';
import { paintFor, type Color } from '../paint.ts';
import { printable, printableJson } from '../printable.ts';
import { textTable } from '../text-table.ts';
import { installationText, type Installation } from './installation.ts';

const titles = ['Namespace', 'State', 'Age', 'Reason'];

const colors: Record<NamespaceState, Color> = {
  Running: 'green',
  Pending: 'yellow',
  RBACMissing: 'red',
  Draining: 'yellow',
  Gone: 'dim',
};

/** The installation, its mode, and the age of its report. */
export function headLines({ ref, report, written }: Installation): string {
  const { mode, reason, changed } = report;
  const age = ageOf(changed);
  const since = age === '' ? '' : ` for ${age}`;
  return [
    `${installationText(report)}, as reported in ConfigMap ${refText(ref)}${agoOf(written)}`,
    `mode ${mode}${since}: ${reason}`,
    ...staleness(report, written),
  ]
    .map((line) => `${printable(line)}\n`)
    .join('');
}

function agoOf(written: string | undefined): string {
  return written === undefined ? '' : ` ${ageOf(written)} ago`;
}

const leastStaleMs = 300_000;
/** The watcher needs more time to check many namespaces. */
const eachStaleMs = 1_000;

/** A warning if the report is old, because its watcher may have stopped. */
function staleness(
  { namespaces }: NamespaceReport,
  written: string | undefined,
): readonly string[] {
  const limitMs = Math.max(leastStaleMs, namespaces.length * eachStaleMs);
  if (written === undefined || Date.now() - Date.parse(written) < limitMs) return [];
  return [
    `the report was written ${ageOf(written)} ago and may be outdated: check that a watcher runs`,
  ];
}

export function namespaceTable({ report }: Installation): string {
  const { mode, namespaces, installation } = report;
  if (mode === 'all') return 'pgwarden manages the policies of every namespace.\n';
  if (namespaces.length === 0) {
    return `No namespace is listed or has the label ${installationLabel}=${printable(installation)}.\n`;
  }
  const paint = paintFor(process.stdout);
  const colorOf = new Map<string, Color>(Object.entries(colors));
  return textTable({
    titles,
    rows: namespaces.map(({ name, state, reason, since }) => [name, state, ageOf(since), reason]),
    flexible: titles.indexOf('Reason'),
    painted: (text, column) =>
      titles[column] === 'State' ? paint[colorOf.get(text) ?? 'dim'](text) : text,
  });
}

/** The report as JSON for programs. Times are ISO 8601. */
export function namespacesJson({ ref, written, report }: Installation): string {
  const { schema, ...rest } = report;
  const at = written === undefined ? {} : { written };
  return `${printableJson({ schema_version: schema, config_map: refText(ref), ...at, ...rest })}\n`;
}
