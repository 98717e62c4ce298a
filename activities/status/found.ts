import type { Finding } from '../../core/finding.ts';
import { findingCodes, isDrift } from '../../core/finding.ts';
import type { PolicyEvent, PolicyStatus } from '../../sources/source.ts';

/** One Event per code for all new findings, and one when there are no findings any more. */
export function foundBetween(before: PolicyStatus, after: PolicyStatus): readonly PolicyEvent[] {
  const known = new Set((before.findings ?? []).map(withoutCounts));
  const found = (after.findings ?? []).filter((finding) => !known.has(withoutCounts(finding)));
  const gone = before.findings !== undefined && after.findings === undefined;
  return [
    ...findingCodes
      .map((code) => found.filter((finding) => finding.code === code))
      .sort((left, right) => Number(right.some(isDrift)) - Number(left.some(isDrift)))
      .flatMap((some) => eventOf(some.some(isDrift) ? 'Warning' : 'Normal', some)),
    ...(gone ? [nothingLeft] : []),
  ];
}

const nothingLeft: PolicyEvent = {
  type: 'Normal',
  reason: 'FindingsGone',
  message: 'There are no findings outside the policy any more',
};

/** A different number of tables is not a new finding, so numbers are ignored, except in quoted names. */
function withoutCounts({ code, message }: Finding): string {
  const parts = message.split(/("(?:[^"]|"")*")/);
  return [
    code,
    ...parts.map((part) => (part.startsWith('"') ? part : part.replace(/\d+/g, ''))),
  ].join('');
}

function eventOf(type: PolicyEvent['type'], found: readonly Finding[]): PolicyEvent[] {
  const [first, ...others] = found;
  if (first === undefined) return [];
  const more = others.length === 0 ? '' : `, and ${String(others.length)} more`;
  return [{ type, reason: first.code, message: `${first.message}${more}` }];
}
