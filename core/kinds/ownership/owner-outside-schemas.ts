import { roleName } from '../../catalog/role-name.ts';
import { z } from 'zod';
import type { GrantableType } from '../grant/grantable-type.ts';
import type { Demand } from './owner-demand.ts';
import { demand } from './owner-demand.ts';

/** The rights that a declared owner of an object outside schemas needs. */
export const ownerAsked = z.object({
  newcomer: z.string(),
  type: z.string(),
  name: z.string(),
  demand,
});

/**
 * SELECT of rows for foreign-data wrappers and foreign servers that rules name, with each declared owner of objects
 * outside schemas. Other objects outside schemas accept any owner. Source: AlterForeignDataWrapperOwner() and
 * AlterForeignServerOwner() in foreigncmds.c.
 */
export const ownersAsked = `
    SELECT json_build_object(
             'kind', 'object_owner', 'newcomer', o.owner, 'type', n.type, 'name', n.name,
             'demand', CASE n.type
               WHEN 'foreign_data_wrapper' THEN jsonb_build_object(
                 'of', 'heir', 'right', 'SUPERUSER', 'on', NULL, 'held', COALESCE(r.rolsuper, false),
                 'comesAlong', false, 'always', true)
               ELSE jsonb_build_object(
                 'of', 'heir', 'right', 'USAGE', 'on', jsonb_build_object(
                   'type', 'foreign_data_wrapper', 'name', w.fdwname, 'owner', ${roleName('w.fdwowner')}),
                 'held', CASE WHEN r.oid IS NULL THEN pg_catalog.has_foreign_data_wrapper_privilege('public', w.oid, 'USAGE')
                              ELSE pg_catalog.has_foreign_data_wrapper_privilege(r.oid, w.oid, 'USAGE') END,
                 'comesAlong', false, 'always', false) END)
      FROM scope_ownership o
      JOIN scope_object n ON o.schema IS NULL AND n.type IN ('foreign_data_wrapper', 'foreign_server')
      LEFT JOIN pg_catalog.pg_roles r ON r.rolname = o.owner
      LEFT JOIN pg_catalog.pg_foreign_server v ON n.type = 'foreign_server' AND v.srvname = n.name
      LEFT JOIN pg_catalog.pg_foreign_data_wrapper w ON w.oid = v.srvfdw
     WHERE n.type = 'foreign_data_wrapper' OR w.oid IS NOT NULL`;

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
