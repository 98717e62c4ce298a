import type { ObjectGroup } from '../../acl.ts';
import type { Finding } from '../../finding.ts';
import type { Live } from '../../live.ts';
import { quoteIdentifier } from '../../sql.ts';
import type { GrantableType } from './grantable-type.ts';
import { means, rulesByTarget } from './rule-target.ts';

/**
 * Findings for absence rules about the owner of an object. An owner can always grant its own privileges back to itself, so
 * that only another owner makes the rule true. `rows` have the declared owners.
 */
export function ownersForbidden(
  type: GrantableType,
  rows: readonly ObjectGroup[],
  live: Live,
): Finding[] {
  if (live.mode === 'additive' || live.mode === 'revoke') return [];
  const absences = rulesByTarget(type, live.graph.grants, 'absent');
  return rows.flatMap((row) => {
    const rules = absences(row).filter(
      ({ role, object }) => role === row.owner && means(type, object, row),
    );
    const privileges = [...new Set(rules.flatMap((rule) => rule.privileges))].sort();
    if (privileges.length === 0) return [];
    const owner = quoteIdentifier(row.owner);
    return [
      {
        code: 'Unrevocable',
        role: row.owner,
        message: `role ${owner} owns ${objectsIn(type, row)} and so keeps ${privileges.join(', ')}, which the policy declares absent; change the owner, or remove the entry`,
      } as const,
    ];
  });
}

function objectsIn(
  type: GrantableType,
  { subtype, schema, sql, column, count }: ObjectGroup,
): string {
  const { plural } = type.subtypes?.[subtype ?? ''] ?? type;
  const word = (subtype ?? type.type).replaceAll('_', ' ');
  if (sql === null)
    return `${String(count)} ${count === 1 ? word : plural} in schema ${quoteIdentifier(schema ?? '')}`;
  return column ? `${sql}, with its column ${column},` : `${word} ${sql}`;
}
