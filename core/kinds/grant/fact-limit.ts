import type { ObjectGroup } from '../../acl.ts';
import type { GrantSpec } from '../../graph.ts';
import { limits, tooLarge } from '../../limits.ts';

/**
 * Throws Refusal `PolicyTooLarge` if wildcards times objects are too many, e.g. 10,000 roles on every table of a schema
 * with 10,000 different tables. It counts before any fact is made, and stops at the limit.
 */
export function refuseTooMany(
  rows: readonly ObjectGroup[],
  rulesOf: (row: ObjectGroup) => readonly GrantSpec[],
): void {
  let count = 0;
  for (const row of rows) {
    for (const { privileges } of rulesOf(row)) count += privileges.length;
    if (count > limits.facts.most) throw tooLarge('the policy', { limit: 'facts' });
  }
}
