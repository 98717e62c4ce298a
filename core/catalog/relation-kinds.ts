/** Values of pg_class.relkind for the types of relations on which there can be grants. */
const relationKinds = {
  table: ['r', 'p', 'f'],
  view: ['v'],
  materialized_view: ['m'],
  sequence: ['S'],
} as const;

const isOf = (relation: string, kinds: readonly string[]): string =>
  `${relation}.relkind IN (${kinds.map((kind) => `'${kind}'`).join(', ')})`;

/** SQL that is true for a row of pg_class that is a relation of one of these types. */
export const isGrantableRelation = (relation: string): string =>
  isOf(relation, Object.values(relationKinds).flat());

/** SQL that is true for relations whose columns have ACLs of their own, and which can have rules and triggers. */
export const hasColumns = (relation: string): string =>
  isOf(relation, [
    ...relationKinds.table,
    ...relationKinds.view,
    ...relationKinds.materialized_view,
  ]);

/** SQL for a relation's type, as the manifest spells it. Null for relations of other types. */
export function relationType(relation: string): string {
  const branches = Object.entries(relationKinds).map(
    ([type, kinds]) => `WHEN ${isOf(relation, kinds)} THEN '${type}'`,
  );
  return `
             CASE ${branches.join('\n                  ')} END`;
}
