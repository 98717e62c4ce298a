import type { Finding, FindingReport } from '../core/finding.ts';
import { isDrift } from '../core/finding.ts';
import { printable } from './printable.ts';

const mostShown = 20;

/**
 * What a person should know beside the plan, one line for each: first what is drift and cannot be taken away. Empty
 * when there is nothing. `rest` says where those are that are not shown.
 */
export function findingLines(findings: readonly Finding[], rest: string): string {
  const sorted = [...findings.filter(isDrift), ...findings.filter((finding) => !isDrift(finding))];
  const lines = sorted
    .slice(0, mostShown)
    .map(({ code, message }) => `${printable(`${code}: ${message}`)}\n`);
  const more = sorted.length - mostShown;
  return [...lines, ...(more > 0 ? [`and ${String(more)} more findings: ${rest}\n`] : [])].join('');
}

/** What was found at a policy's last look, one line for each that its report holds. */
export function foundLines(
  policy: string,
  { total, first }: Pick<FindingReport, 'total' | 'first'>,
): string {
  const lines = first.map(
    ({ code, message }) => `${printable(`${policy}: ${code}: ${message}`)}\n`,
  );
  const more = total - first.length;
  return [...lines, ...(more > 0 ? [`${policy}: and ${String(more)} more findings\n`] : [])].join(
    '',
  );
}
