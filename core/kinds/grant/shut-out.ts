import { grouped } from '../../grouped.ts';
import type { Statement } from '../../statement.ts';
import { quoteIdentifier } from '../../sql.ts';
import type { GrantFact } from './fact.ts';

/**
 * Grants USAGE on schemas to a grantor that revokes on objects in them and lacks it, because it cannot name the objects
 * otherwise. The plan revokes that USAGE right after.
 */
export function withSchemaUsage(facts: readonly GrantFact[], statement: Statement): Statement[] {
  if (statement.as === undefined) return [statement];
  const role = statement.as;
  const doors = new Map(
    facts.flatMap(({ id: { schema }, target: { shutOutBy } }) =>
      schema === undefined || shutOutBy === undefined ? [] : [[schema, shutOutBy] as const],
    ),
  );
  const byOwner = grouped([...doors.keys()].sort(), (schema) => doors.get(schema) ?? '');
  const owners = [...byOwner.keys()].sort();
  const said = { risk: 'none', affects: [role] } as const;
  const on = (owner: string): string =>
    `USAGE ON SCHEMA ${(byOwner.get(owner) ?? []).map(quoteIdentifier).join(', ')}`;
  return [
    ...owners.map((owner) => ({
      text: `GRANT ${on(owner)} TO ${quoteIdentifier(role)}`,
      why: `${role} needs to name what it revokes, for this transaction`,
      ...said,
      rights: [owner],
    })),
    statement,
    ...owners.map((owner) => ({
      text: `REVOKE ${on(owner)} FROM ${quoteIdentifier(role)}`,
      why: `${role} loses USAGE on the schema again`,
      ...said,
      rights: [owner],
    })),
  ];
}
