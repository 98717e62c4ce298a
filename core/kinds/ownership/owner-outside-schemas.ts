import { z } from 'zod';
import type { PgMajor } from '../../live.ts';
import type { GrantableType } from '../grant/grantable-type.ts';
import type { GrantKind } from '../grant/object-grant.ts';
import { type Demand, demand } from './owner-demand.ts';
import { type DemandingCatalog, demandingCatalogs, needOf } from './owner-demand-sql.ts';

/** The rights that a declared owner of an object outside schemas needs. */
export const ownerAsked = z.object({
  newcomer: z.string(),
  type: z.string(),
  name: z.string(),
  demand,
});

/**
 * SELECT of rows for objects outside schemas that rules name and that not every role can own, with each declared owner
 * of such objects.
 */
export function ownersAsked(kinds: readonly GrantKind[], pg: PgMajor): string {
  return demandingCatalogs(kinds, pg).map(ownersOf).join('\n     UNION ALL');
}

function ownersOf(catalog: DemandingCatalog): string {
  const { type, relation, name } = catalog;
  const heir = { oid: 'r.oid', isSuperuser: 'COALESCE(r.rolsuper, false)' };
  const { demand: needed, join } = needOf(catalog, heir);
  return `
    SELECT json_build_object('kind', 'object_owner', 'newcomer', o.owner, 'type', n.type, 'name', n.name, 'demand', ${needed})
      FROM scope_ownership o
      JOIN scope_object n ON o.schema IS NULL AND n.type = '${type}'
      JOIN pg_catalog.${relation} x ON x.${name} = n.name
      ${join}
      LEFT JOIN pg_catalog.pg_roles r ON r.rolname = o.owner`;
}

/** The rights that an owner needs to own an object of a type. */
export function demandsFor(
  rows: readonly z.infer<typeof ownerAsked>[],
  { type }: GrantableType,
  name: string | null,
  owner: string,
): Demand[] {
  return rows
    .filter((row) => row.newcomer === owner && row.type === type && row.name === name)
    .map((row) => row.demand);
}
