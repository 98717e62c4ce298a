import { declaredSchemaOwner } from '../../graph-index.ts';
import type { Live } from '../../live.ts';
import type { GrantKind } from '../grant/object-grant.ts';
import { grantKinds } from '../grant/types/all.ts';
import { declaredOwner } from '../grant/declared-owner.ts';
import type { Belonging } from './owned.ts';
import type { Dependency, NamedObjects, RetiredRow } from './query.ts';

/** A row without the objects that get another owner before the role is dropped. */
export interface RemainingRow extends Omit<RetiredRow, 'holding' | 'dependents'> {
  /** Objects with data that would be dropped together with the objects it still owns. */
  readonly holding: NamedObjects;
  /** Objects of others that would be dropped together with the objects it still owns. */
  readonly dependents: NamedObjects;
}

/**
 * What a retired role still has in the policy's database when it is dropped, after its schemas and objects have got
 * other owners.
 */
export function remaining(row: RetiredRow, live: Live, kinds = grantKinds): RemainingRow {
  return without(row, (owned) => owned !== null && moves(owned, row.role, live, kinds));
}

/** What it has in another database, where no policy changes owners. */
export function remainingElsewhere(row: RetiredRow): RemainingRow {
  return without(row, () => false);
}

/** Its schemas that get another owner. */
export function schemasMoved({ role, dependencies }: RetiredRow, live: Live): string[] {
  return dependencies.flatMap(({ belonging }) =>
    belonging !== null && isSchema(belonging) && moves(belonging, role, live, grantKinds)
      ? (belonging.name ?? [])
      : [],
  );
}

type Owned = NonNullable<Belonging>;

function isSchema({ type }: Owned): boolean {
  return type === 'schema';
}

function moves(owned: Owned, role: string, live: Live, kinds: readonly GrantKind[]): boolean {
  const owner = isSchema(owned)
    ? declaredSchemaOwner(live.graph, owned.name ?? '')
    : kinds
        .filter(({ grantable }) => grantable.type === owned.type)
        .flatMap(
          ({ grantable }) => declaredOwner(grantable, { ...owned, owner: role }, live) ?? [],
        )[0];
  return owner !== undefined && owner !== role;
}

function without(row: RetiredRow, isMoved: (owned: Belonging) => boolean): RemainingRow {
  const stays = (owned: Belonging): boolean => !isMoved(owned);
  const isLeft = ({ what, belonging }: Dependency): boolean => what !== 'owned' || stays(belonging);
  return {
    ...row,
    dependencies: row.dependencies.filter(isLeft),
    holding: together(row.holding.filter(({ owned }) => owned.some(stays))),
    dependents: together(
      row.dependents.filter(({ on, owned }) => on.some(stays) && !owned.some(stays)),
    ),
  };
}

function together(some: readonly NamedObjects[]): NamedObjects {
  return {
    count: some.reduce((sum, { count }) => sum + count, 0),
    objects: some.flatMap(({ objects }) => objects),
  };
}
