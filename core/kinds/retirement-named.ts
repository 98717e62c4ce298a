import type { GrantSpec, RoleGraph } from '../graph.ts';
import { grouped } from '../grouped.ts';
import { oncePer } from '../once-per.ts';
import { quoteIdentifier } from '../sql.ts';
import type { Dependency } from './retirement-query.ts';
import type { Blocker } from './retirement-remedies.ts';

/**
 * Of what the role owns in the policy's database, and DROP OWNED would drop, what the same policy names: its grants would
 * then have no object, which is found only after other databases were cleared.
 */
export function namedAndDropped(dependencies: readonly Dependency[], graph: RoleGraph): Blocker[] {
  const { schemas, columns } = namesIn(graph);
  return dependencies.flatMap((entry) => {
    const { belonging, what } = entry;
    if (what !== 'owned' || belonging === null) return [];
    const { type, schema, name, names } = belonging;
    const isNamed =
      type === 'schema'
        ? name !== null && schemas.has(name)
        : schema !== null && (name !== null || names !== null);
    const named = schema === null ? [] : (columns.get(schema) ?? []);
    return entry.objects
      .filter((object) => isNamed || (schema !== null && hasColumn(object, schema, named)))
      .map((object) => ({
        what: `owns ${object ?? type}, which the policy names, and would drop it`,
        remedy: 'named',
      }));
  });
}

interface Names {
  /** Schemas that the policy declares, or in which it names or covers something. */
  readonly schemas: ReadonlySet<string>;
  /** Columns that it names, by schema. */
  readonly columns: ReadonlyMap<string, readonly GrantSpec['object'][]>;
}

const namesIn = oncePer((graph: RoleGraph): Names => {
  const targets = [...graph.grants, ...graph.ownerships].map(({ object }) => object);
  const columns = targets.filter(({ type }) => type === 'column');
  return {
    columns: grouped(columns, ({ schema = '' }) => schema),
    schemas: new Set([
      ...graph.schemas.map(({ name }) => name),
      ...targets.flatMap(({ type, schema, name }) => (type === 'schema' ? name : (schema ?? []))),
      ...graph.defaultPrivileges.flatMap(({ schema }) => schema ?? []),
    ]),
  };
});

/** A column is named `"table"."column"`; a relation is described as `table app.orders`. */
function hasColumn(
  object: string | null,
  schema: string,
  named: readonly GrantSpec['object'][],
): boolean {
  return named.some(({ name: column }) => {
    const relation = column.slice(0, column.indexOf('"."') + 1);
    const endings = [relation, relation.slice(1, -1)].flatMap((last) => [
      `${quoteIdentifier(schema)}.${last}`,
      `${schema}.${last}`,
    ]);
    return endings.some((ending) => object?.endsWith(` ${ending}`) === true);
  });
}
