import { grouped } from '../../../grouped.ts';
import type { Edit } from '../../../fact.ts';
import type { Statement } from '../../../statement.ts';
import { withOption } from './column-lost-option.ts';
import { byDepth } from '../chain.ts';
import { type GrantFact, renderedOp } from '../fact.ts';
import { withSchemaUsage } from '../shut-out.ts';
import { edgeKey, grantStatement } from '../sql.ts';

/** GRANT and REVOKE statements for edits of one op: one statement for all columns of a relation with the same change. */
export function renderColumnGrants(edits: readonly Edit<GrantFact>[]): Statement[] {
  return byDepth(edits).flatMap((some) => {
    const alike = grouped(some, (edit) =>
      [
        renderedOp(edit),
        edit.fact.target.sql,
        JSON.stringify(edit.fact.target.lost),
        ...edgeKey(edit),
      ].join('\0'),
    );
    return [...alike.values()].flatMap(statementFor);
  });
}

function statementFor(edits: readonly Edit<GrantFact>[]): Statement[] {
  const [first] = edits;
  if (first === undefined) return [];
  const { sql = '', owner } = first.fact.target;
  const byPrivilege = grouped(edits, ({ fact }) => fact.id.privilege);
  const names = [...byPrivilege.keys()].sort();
  const privileges = names
    .map((privilege) => `${privilege} (${columnsOf(byPrivilege.get(privilege) ?? [])})`)
    .join(', ');
  const statement = grantStatement(
    first,
    `${privileges} ON TABLE ${sql}`,
    `${privileges} on ${sql}`,
  );
  const rights = statement.as === undefined ? [owner] : [];
  const facts = edits.map(({ fact }) => fact);
  const whole = { what: privileges, privileges: names.join(', '), relation: sql };
  return withOption(first.fact, whole, { ...statement, rights }).flatMap((one) =>
    withSchemaUsage(facts, one),
  );
}

function columnsOf(edits: readonly Edit<GrantFact>[]): string {
  return edits
    .map(({ fact }) => fact.target.column ?? '')
    .sort()
    .join(', ');
}
