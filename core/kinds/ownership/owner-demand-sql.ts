import { roleName } from '../../catalog/role-name.ts';
import type { PgMajor } from '../../live.ts';
import { type TypeCatalog, catalogsOf, isOutsideSchemas } from '../grant/catalogs.ts';
import type { OwnerNeed } from '../grant/object-catalog.ts';
import type { GrantKind } from '../grant/object-grant.ts';
import type { Demand } from './owner-demand.ts';

/** A role that is to own objects, as SQL: its OID, null if it does not exist yet, and whether it is a superuser. */
interface HeirSql {
  readonly oid: string;
  readonly isSuperuser: string;
}

interface DemandSql {
  readonly on?: string;
  readonly held: string;
  readonly comesAlong?: string;
  readonly always?: boolean;
}

/** SQL for a `Demand`. */
export const demandSql = (of: Demand['of'], right: Demand['right'], rest: DemandSql): string =>
  `jsonb_build_object('of', '${of}', 'right', '${right}', 'on', ${rest.on ?? 'NULL::jsonb'}, 'held', ${rest.held},
                                'comesAlong', ${rest.comesAlong ?? 'false'}, 'always', ${String(rest.always ?? false)})`;

/** SQL for the object on which a right is required. */
export const demandedObject = (type: string, name: string, owner: string): string =>
  `jsonb_build_object('type', '${type}', 'name', ${name}, 'owner', ${roleName(owner)})`;

/** SQL: whether the heir has a privilege. A role that does not exist yet has the privileges of PUBLIC. */
export const heirHas = ({ oid }: Pick<HeirSql, 'oid'>, on: PrivilegeOn): string =>
  `CASE WHEN ${oid} IS NULL THEN ${hasPrivilege("'public'", on)} ELSE ${hasPrivilege(oid, on)} END`;

interface PrivilegeOn {
  /** Type of the object, as in the name of the function that checks its privileges. */
  readonly type: string;
  readonly object: string;
  readonly privilege: string;
}

const hasPrivilege = (role: string, { type, object, privilege }: PrivilegeOn): string =>
  `pg_catalog.has_${type}_privilege(${role}, ${object}, '${privilege}')`;

const superuserDemand = ({ isSuperuser }: Pick<HeirSql, 'isSuperuser'>): string =>
  demandSql('heir', 'SUPERUSER', { held: isSuperuser, always: true });

/** A catalog outside schemas whose objects not every role can own. */
export type DemandingCatalog = TypeCatalog & { readonly ownerNeeds: OwnerNeed };

export function demandingCatalogs(kinds: readonly GrantKind[], pg: PgMajor): DemandingCatalog[] {
  return demandingAmong(catalogsOf(kinds, pg));
}

export function demandingAmong(catalogs: readonly TypeCatalog[]): DemandingCatalog[] {
  return catalogs.filter(isOutsideSchemas).filter(isDemanding);
}

function isDemanding(catalog: TypeCatalog): catalog is DemandingCatalog {
  return catalog.ownerNeeds !== undefined;
}

/** What the row `x` of a catalog requires of the heir, and the JOIN that it takes. */
export function needOf(
  { ownerNeeds }: DemandingCatalog,
  heir: HeirSql,
): { readonly demand: string; readonly join: string } {
  if (ownerNeeds === 'SUPERUSER') return { demand: superuserDemand(heir), join: '' };
  const { type, catalog, column } = ownerNeeds.usageOn;
  const used = { type, object: 'u.oid', privilege: 'USAGE' };
  return {
    demand: demandSql('heir', 'USAGE', {
      on: demandedObject(type, `u.${catalog.name}`, `u.${catalog.owner}`),
      held: heirHas(heir, used),
    }),
    join: `JOIN pg_catalog.${catalog.relation} u ON u.oid = x.${column}`,
  };
}
