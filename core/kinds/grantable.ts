import { databaseGrant } from './database.ts';
import { functionGrant } from './function.ts';
import type { GrantableType, GrantKind } from './object-grant.ts';
import { materializedView, sequence, table, view } from './relation.ts';
import { schemaGrant } from './schema-grant.ts';
import { typeGrant } from './type.ts';

/** Every kind of grant on an object, in the order grants are made. */
export const grantKinds: readonly GrantKind[] = [
  databaseGrant,
  schemaGrant,
  typeGrant,
  table,
  view,
  materializedView,
  sequence,
  functionGrant,
];

type DefaultType = GrantableType & Required<Pick<GrantableType, 'defaults'>>;

/** The object types that have default privileges. */
export const defaultTypes: readonly DefaultType[] = grantKinds.flatMap(({ grantable }) =>
  hasDefaults(grantable) ? [grantable] : [],
);

function hasDefaults(type: GrantableType): type is DefaultType {
  return type.defaults !== undefined;
}
