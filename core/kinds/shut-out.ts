import { distinct } from '../distinct.ts';
import type { Statement } from '../kind.ts';
import { quoteIdentifier } from '../sql.ts';
import type { GrantFact } from './object-grant.ts';

/**
 * Lets a grantor into the schemas of the objects on which it revokes, where it has no USAGE: without that it cannot
 * name them. Nothing of it stays.
 */
export function letIn(facts: readonly GrantFact[], statement: Statement): Statement[] {
  if (statement.as === undefined) return [statement];
  const role = statement.as;
  const doors = new Map(
    facts.flatMap(({ id: { schema }, target: { shutOutBy } }) =>
      schema === undefined || shutOutBy === undefined ? [] : [[schema, shutOutBy] as const],
    ),
  );
  const names = [...doors.keys()].sort();
  if (names.length === 0) return [statement];
  const on = `USAGE ON SCHEMA ${names.map(quoteIdentifier).join(', ')}`;
  const rights = distinct(doors.values());
  const said = { risk: 'none', affects: [role], rights } as const;
  return [
    {
      text: `GRANT ${on} TO ${quoteIdentifier(role)}`,
      why: `${role} needs to see what it revokes, for this transaction`,
      ...said,
    },
    statement,
    {
      text: `REVOKE ${on} FROM ${quoteIdentifier(role)}`,
      why: `${role} gives USAGE on the schema back`,
      ...said,
    },
  ];
}
