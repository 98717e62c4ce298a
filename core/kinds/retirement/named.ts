import type { RoleGraph } from '../../graph.ts';
import { oncePer } from '../../once-per.ts';
import type { Dependency } from './query.ts';
import type { Blocker } from './remedies.ts';

/**
 * Objects of the role in the policy's database that DROP OWNED would drop although the same policy names them. Its
 * grants would then have no object, which would be noticed only after other databases were cleared.
 */
export function namedAndDropped(dependencies: readonly Dependency[], graph: RoleGraph): Blocker[] {
  const schemas = schemasIn(graph);
  return dependencies.flatMap((entry) => {
    const { belonging, what } = entry;
    if (what !== 'owned' || belonging === null) return [];
    const { type, schema, name, names, columns } = belonging;
    const isNamed =
      type === 'schema'
        ? name !== null && schemas.has(name)
        : schema !== null && (name !== null || names !== null || columns);
    if (!isNamed) return [];
    return entry.objects.map((object) => ({
      what: `owns ${object ?? type}, which the policy names and DROP OWNED would drop`,
      remedy: 'named',
    }));
  });
}

/** Schemas that the policy declares, or whose objects it names or covers. */
const schemasIn = oncePer((graph: RoleGraph): ReadonlySet<string> => {
  const targets = [...graph.grants, ...graph.ownerships].map(({ object }) => object);
  return new Set([
    ...graph.schemas.map(({ name }) => name),
    ...targets.flatMap(({ type, schema, name }) => (type === 'schema' ? name : (schema ?? []))),
    ...graph.defaultPrivileges.flatMap(({ schema }) => schema ?? []),
  ]);
});
