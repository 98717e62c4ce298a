import { grantKind } from '../object-grant.ts';
import { objectsOutsideSchemas, ownObjects } from './outside-schemas.ts';

const catalog = {
  type: 'foreign_server',
  catalog: 'pg_foreign_server',
  name: 'srvname',
  owner: 'srvowner',
  acl: 'srvacl',
  letter: 'S',
};

export const foreignServerGrant = grantKind({
  type: 'foreign_server',
  keyword: 'FOREIGN SERVER',
  plural: 'foreign servers',
  ownerKeyword: 'SERVER',
  outsideSchemas: true,
  privileges: ['USAGE'],
  inspect: objectsOutsideSchemas(catalog, { covered: ownObjects('pg_foreign_server') }),
});
