import type { Finding, FindingReport } from '../core/finding.ts';
import { isDrift } from '../core/finding.ts';
import { printable } from './printable.ts';

const mostShown = 20;

/**
 * One line for each finding of a plan, drift first. Empty if there are no findings. `rest` says how to see the findings
 * that are not shown.
 */
export function findingLines(findings: readonly Finding[], rest: string): string {
  const sorted = [...findings.filter(isDrift), ...findings.filter((finding) => !isDrift(finding))];
  const lines = sorted
    .slice(0, mostShown)
    .map(({ code, message }) => `${printable(`${code}: ${message}`)}\n`);
  const more = sorted.length - mostShown;
  return [...lines, ...(more > 0 ? [`and ${String(more)} more findings: ${rest}\n`] : [])].join('');
}

/** One line for each finding in the last report of a policy. */
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
