import { columnGrant } from './column.ts';
import { databaseGrant } from './database.ts';
import { foreignDataWrapperGrant } from './foreign-data-wrapper.ts';
import { foreignServerGrant } from './foreign-server.ts';
import { functionGrant } from './function.ts';
import { languageGrant } from './language.ts';
import { largeObjectGrant } from './large-object.ts';
import type { GrantableType } from '../grantable-type.ts';
import type { GrantKind } from '../object-grant.ts';
import { parameterGrant } from './parameter.ts';
import { materializedView, sequence, table, view } from './relation.ts';
import { schemaGrant } from './schema.ts';
import { tablespaceGrant } from './tablespace.ts';
import { typeGrant } from './type.ts';

/** Every kind of grant on an object, in the order grants are made. */
export const grantKinds: readonly GrantKind[] = [
  databaseGrant,
  tablespaceGrant,
  parameterGrant,
  languageGrant,
  foreignDataWrapperGrant,
  foreignServerGrant,
  largeObjectGrant,
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
export const defaultTypes: readonly DefaultType[] = grantKinds.flatMap(({ grantable }) =>
  hasDefaults(grantable) ? [grantable] : [],
);

/** Throws RangeError on a type without default privileges, which no manifest can name. */
export function defaultType(name: string): DefaultType {
  const found = defaultTypes.find(({ type }) => type === name);
  if (found === undefined) throw new RangeError(`there are no default privileges on ${name}`);
  return found;
}

function hasDefaults(type: GrantableType): type is DefaultType {
  return type.defaults !== undefined;
}
