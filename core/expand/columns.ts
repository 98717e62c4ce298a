import type { GrantSpec } from '../graph.ts';
import { quoteIdentifier } from '../sql.ts';
import type { Expansion, Placed } from './expansion.ts';

/** Relations whose columns can be granted on. */
const withColumnGrants = ['table', 'view', 'materialized_view'];

/** A grant on columns becomes one grant for each, on an object named `"table"."column"`; any other stays as it is. */
export function withColumns(
  grant: Placed<GrantSpec>,
  columns: readonly string[] | undefined,
  { problems }: Expansion,
): Placed<GrantSpec>[] {
  if (columns === undefined) return [grant];
  const { path, spec } = grant;
  const { type, schema, name } = spec.object;
  const at = [...path, 'object', 'columns'];
  if (!withColumnGrants.includes(type)) {
    problems.push({ path: at, message: `is there for a ${type}, which has no columns` });
    return [];
  }
  if (name === '*' || name === '') {
    problems.push({ path: at, message: 'needs the name of one table or view' });
    return [];
  }
  return [...new Set(columns)].map((column) => ({
    path,
    spec: { ...spec, object: { type: 'column', schema, name: columnName(name, column) } },
  }));
}

/** The name of a column as object: unlike any other, whatever characters are in it. */
function columnName(relation: string, column: string): string {
  return `${quoteIdentifier(relation)}.${quoteIdentifier(column)}`;
}
