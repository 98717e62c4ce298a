import { grantKind } from '../object-grant.ts';
import { objectsOutsideSchemas, ownObjects } from './outside-schemas.ts';

const catalog = {
  type: 'foreign_data_wrapper',
  catalog: 'pg_foreign_data_wrapper',
  name: 'fdwname',
  owner: 'fdwowner',
  acl: 'fdwacl',
  letter: 'F',
};

export const foreignDataWrapperGrant = grantKind({
  type: 'foreign_data_wrapper',
  keyword: 'FOREIGN DATA WRAPPER',
  plural: 'foreign data wrappers',
  ownerKeyword: 'FOREIGN DATA WRAPPER',
  ownerPower: 'SUPERUSER',
  outsideSchemas: true,
  privileges: ['USAGE'],
  inspect: objectsOutsideSchemas(catalog, { covered: ownObjects('pg_foreign_data_wrapper') }),
});
