import type { ObjectGroup } from '../../acl.ts';
import type { GrantSpec } from '../../graph.ts';
import { limits, tooLarge } from '../../limits.ts';

/**
 * Throws Refusal `PolicyTooLarge` when wildcards and objects multiply: 10,000 roles on every table of a schema with
 * 10,000 tables that differ. Counted before the facts are made, and no further than the limit.
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
