import { grantKind } from '../object-grant.ts';
import { objectsOutsideSchemas } from './outside-schemas.ts';

const catalog = {
  type: 'database',
  catalog: 'pg_database',
  name: 'datname',
  owner: 'datdba',
  acl: 'datacl',
  letter: 'd',
};

/** Databases that the manifest names, and the policy's own. Grants on others are not this policy's to judge. */
export const databaseGrant = grantKind({
  type: 'database',
  isWay: true,
  keyword: 'DATABASE',
  plural: 'databases',
  ownerKeyword: 'DATABASE',
  ownerPower: 'CREATEDB',
  outsideSchemas: true,
  privileges: ['CREATE', 'CONNECT', 'TEMPORARY'],
  everyone: ['CONNECT', 'TEMPORARY'],
  inspect: objectsOutsideSchemas(catalog, {
    covered: 'x.datname = pg_catalog.current_database()',
  }),
});
