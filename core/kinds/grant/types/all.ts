import { columnGrant } from './column.ts';
import { functionGrant } from './function.ts';
import type { GrantableType } from '../grantable-type.ts';
import type { GrantKind } from '../object-grant.ts';
import { grantsOutsideSchemas } from './outside-schemas.ts';
import { materializedView, sequence, table, view } from './relation.ts';
import { schemaGrant } from './schema.ts';
import { typeGrant } from './type.ts';

/** Every kind of grant on an object, in the order of GRANT statements. */
export const grantKinds: readonly GrantKind[] = [
  ...grantsOutsideSchemas,
  schemaGrant,
  typeGrant,
  table,
  view,
  materializedView,
  columnGrant,
  sequence,
  functionGrant,
];

type DefaultType = GrantableType & Required<Pick<GrantableType, 'defaults'>>;

/** The object types that have default privileges. */
export function defaultTypesOf(kinds: readonly GrantKind[]): DefaultType[] {
  return kinds.flatMap(({ grantable }) => (hasDefaults(grantable) ? [grantable] : []));
}

export const defaultTypes: readonly DefaultType[] = defaultTypesOf(grantKinds);

/** Throws RangeError on a type without default privileges, which no manifest can name. */
export function defaultType(name: string): DefaultType {
  const found = defaultTypes.find(({ type }) => type === name);
  if (found === undefined) throw new RangeError(`there are no default privileges on ${name}`);
  return found;
}

function hasDefaults(type: GrantableType): type is DefaultType {
  return type.defaults !== undefined;
}
