import { columnName } from '../column-name.ts';
import type { GrantSpec } from '../graph.ts';
import { grantableTypes } from '../registry.ts';
import type { Expansion, Placed } from './expansion.ts';

/**
 * Splits a grant on columns into one grant per column, on an object named `"table"."column"`; other grants stay
 * unchanged.
 */
export function withColumns(
  grant: Placed<GrantSpec>,
  columns: readonly string[] | undefined,
  { problems }: Expansion,
): Placed<GrantSpec>[] {
  if (columns === undefined) return [grant];
  const { path, spec } = grant;
  const { type, schema, name } = spec.object;
  const at = [...path, 'object', 'columns'];
  if (grantableTypes[type]?.hasColumns !== true) {
    problems.push({ path: at, message: `is set for a ${type}, which has no columns` });
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
