import Table from 'cli-table3';
import type { Phase } from '../workflows/messages.ts';
import type { Colour } from './paint.ts';
import { paintFor } from './paint.ts';

/** What is shown of a policy in one line. */
export interface PolicyRow {
  readonly policy: string;
  readonly phase: Phase | 'Gone';
  readonly database: string;
  readonly changes: string;
  readonly lastCheck: string;
}

const columns = ['policy', 'phase', 'database', 'changes', 'lastCheck'] as const;
const titles = ['Policy', 'Phase', 'Database', 'Changes', 'Last check'];
const narrowest = 24;

/** A table for a person at a terminal; in a pipe one plain line for each policy, with tabs between. */
export function policyTable(rows: readonly PolicyRow[], stream = process.stdout): string {
  if (!stream.isTTY) return rows.map((row) => `${cellsOf(row).join('\t')}\n`).join('');
  const paint = paintFor(stream);
  const table = new Table({
    head: titles.map((title) => paint.bold(title)),
    colWidths: widths(rows, stream.columns),
    wordWrap: true,
    style: { head: [], border: [], compact: true },
  });
  for (const row of rows) {
    const [policy, phase, ...others] = cellsOf(row);
    table.push([policy, paint[colours[row.phase]](phase ?? ''), ...others]);
  }
  return `${table.toString()}\n`;
}

function cellsOf(row: PolicyRow): string[] {
  return columns.map((column) => row[column]);
}

/** The changes take what the others leave of the line. */
function widths(rows: readonly PolicyRow[], available: number): number[] {
  const natural = columns.map((column, index) => {
    const texts = [titles[index] ?? '', ...rows.map((row) => row[column])];
    return Math.max(...texts.map((text) => text.length)) + 2;
  });
  const changes = columns.indexOf('changes');
  const others = natural.reduce((sum, width) => sum + width, 0) - (natural[changes] ?? 0);
  const left = Math.max(narrowest, available - others - columns.length - 1);
  return natural.map((width, index) => (index === changes ? Math.min(width, left) : width));
}

const colours: Record<PolicyRow['phase'], Colour> = {
  Ready: 'green',
  Drifted: 'yellow',
  Pending: 'yellow',
  Suspended: 'dim',
  Failing: 'red',
  Conflict: 'red',
  Gone: 'dim',
};
