import type { RoleGraph } from '../../graph.ts';
import { oncePer } from '../../once-per.ts';
import type { Dependency } from './query.ts';
import type { Blocker } from './remedies.ts';

/**
 * Of what the role owns in the policy's database, and DROP OWNED would drop, what the same policy names: its grants would
 * then have no object, which is found only after other databases were cleared.
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
      what: `owns ${object ?? type}, which the policy names, and would drop it`,
      remedy: 'named',
    }));
  });
}

/** Schemas that the policy declares, or in which it names or covers something. */
const schemasIn = oncePer((graph: RoleGraph): ReadonlySet<string> => {
  const targets = [...graph.grants, ...graph.ownerships].map(({ object }) => object);
  return new Set([
    ...graph.schemas.map(({ name }) => name),
    ...targets.flatMap(({ type, schema, name }) => (type === 'schema' ? name : (schema ?? []))),
    ...graph.defaultPrivileges.flatMap(({ schema }) => schema ?? []),
  ]);
});
