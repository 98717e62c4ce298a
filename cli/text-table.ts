import Table from 'cli-table3';
import { paintFor } from './paint.ts';
import { printable } from './printable.ts';

export interface TextTable {
  readonly titles: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** The column that gets the rest of the line. */
  readonly flexible: number;
  /** Colors a cell, given with its column. */
  readonly painted: (text: string, column: number) => string;
}

const narrowest = 24;

/** A table for a terminal. In a pipe, one plain line for each row, with tabs between the columns. */
export function textTable(table: TextTable, stream = process.stdout): string {
  const rows = table.rows.map((row) => row.map(printable));
  if (!stream.isTTY) return rows.map((row) => `${row.join('\t')}\n`).join('');
  const paint = paintFor(stream);
  const drawn = new Table({
    head: table.titles.map((title) => paint.bold(title)),
    colWidths: widths({ ...table, rows }, stream.columns),
    wordWrap: true,
    style: { head: [], border: [], compact: true },
  });
  for (const row of rows) drawn.push(row.map(table.painted));
  return `${drawn.toString()}\n`;
}

function widths({ titles, rows, flexible }: TextTable, available: number): number[] {
  const natural = titles.map((title, index) => {
    const texts = [title, ...rows.map((row) => row[index] ?? '')];
    return Math.max(...texts.map((text) => text.length)) + 2;
  });
  const others = natural.reduce((sum, width) => sum + width, 0) - (natural[flexible] ?? 0);
  const left = Math.max(narrowest, available - others - titles.length - 1);
  return natural.map((width, index) => (index === flexible ? Math.min(width, left) : width));
}
