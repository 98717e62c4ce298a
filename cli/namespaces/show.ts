import { installationLabel } from '../../sources/kubernetes/namespaces/labels.ts';
import type {
  NamespaceReport,
  NamespaceState,
} from '../../sources/kubernetes/namespaces/report.ts';
import { refText } from '../../sources/resource-name.ts';
import { ageOf } from '../age.ts';
import { paintFor, type Colour } from '../paint.ts';
import { printable, printableJson } from '../printable.ts';
import { textTable } from '../text-table.ts';
import { installationText, type Installation } from './installation.ts';

const titles = ['Namespace', 'State', 'Age', 'Reason'];

const colours: Record<NamespaceState, Colour> = {
  Running: 'green',
  Pending: 'yellow',
  RBACMissing: 'red',
  Draining: 'yellow',
  Gone: 'dim',
};

/** Which installation it is, and what it may do. */
export function headLines({ ref, report, told }: Installation): string {
  const { mode, reason, changed } = report;
  const age = ageOf(changed);
  const since = age === '' ? '' : ` for ${age}`;
  return [
    `${installationText(report)}, as told in ConfigMap ${refText(ref)}${agoOf(told)}`,
    `mode ${mode}${since}: ${reason}`,
    ...staleness(report, told),
  ]
    .map((line) => `${printable(line)}\n`)
    .join('');
}

function agoOf(told: string | undefined): string {
  return told === undefined ? '' : ` ${ageOf(told)} ago`;
}

const leastStaleMs = 300_000;
/** A look at all of many namespaces takes longer. */
const eachStaleMs = 1_000;

/** What a watcher said that does not run any more may be wrong by now. */
function staleness({ namespaces }: NamespaceReport, told: string | undefined): readonly string[] {
  const limitMs = Math.max(leastStaleMs, namespaces.length * eachStaleMs);
  if (told === undefined || Date.now() - Date.parse(told) < limitMs) return [];
  return [`the watcher has told nothing for ${ageOf(told)}: look whether it runs; this may be old`];
}

export function namespaceTable({ report }: Installation): string {
  const { mode, namespaces, installation } = report;
  if (mode === 'all') return 'The policies of every namespace are kept.\n';
  if (namespaces.length === 0) {
    return `No namespace is listed, or has the label ${installationLabel}=${printable(installation)}.\n`;
  }
  const paint = paintFor(process.stdout);
  const colourOf = new Map<string, Colour>(Object.entries(colours));
  return textTable({
    titles,
    rows: namespaces.map(({ name, state, reason, since }) => [name, state, ageOf(since), reason]),
    flexible: titles.indexOf('Reason'),
    painted: (text, column) =>
      titles[column] === 'State' ? paint[colourOf.get(text) ?? 'dim'](text) : text,
  });
}

/** For programs. Times are ISO 8601. */
export function namespacesJson({ ref, told, report }: Installation): string {
  const { schema, ...rest } = report;
  const at = told === undefined ? {} : { told };
  return `${printableJson({ schema_version: schema, config_map: refText(ref), ...at, ...rest })}\n`;
}
