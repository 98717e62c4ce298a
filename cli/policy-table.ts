import type { Phase } from '../workflows/messages.ts';
import type { Color } from './paint.ts';
import { paintFor } from './paint.ts';
import { textTable } from './text-table.ts';

/** One line of the table of policies. */
export interface PolicyRow {
  readonly policy: string;
  readonly phase: Phase | 'Gone';
  readonly database: string;
  readonly changes: string;
  readonly lastCheck: string;
}

const columns = ['policy', 'phase', 'database', 'changes', 'lastCheck'] as const;
const titles = ['Policy', 'Phase', 'Database', 'Changes', 'Last check'];

export function policyTable(rows: readonly PolicyRow[], stream = process.stdout): string {
  const paint = paintFor(stream);
  const colorOf = new Map<string, Color>(Object.entries(colors));
  return textTable(
    {
      titles,
      rows: rows.map((row) => columns.map((column) => row[column])),
      flexible: columns.indexOf('changes'),
      painted: (text, column) =>
        columns[column] === 'phase' ? paint[colorOf.get(text) ?? 'dim'](text) : text,
    },
    stream,
  );
}

const colors: Record<PolicyRow['phase'], Color> = {
  Ready: 'green',
  Drifted: 'yellow',
  Pending: 'yellow',
  Suspended: 'dim',
  Failing: 'red',
  Conflict: 'red',
  Gone: 'dim',
};
