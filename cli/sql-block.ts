import type { Color } from './paint.ts';
import { printable } from './printable.ts';

const longest = 60;

/** SQL below a headline: indented, and cut if it is long. `rest` says where the full text is. */
export function sqlBlock(
  sql: string,
  rest: string,
  paint: Readonly<Record<Color, (text: string) => string>>,
): string {
  const lines = sql
    .trimEnd()
    .split('\n')
    .map((line) => `    ${paint.cyan(printable(line))}\n`);
  const more = lines.length - longest;
  if (more <= 0) return lines.join('');
  return `${lines.slice(0, longest).join('')}    ${paint.dim(`... and ${String(more)} more lines: ${rest}`)}\n`;
}
