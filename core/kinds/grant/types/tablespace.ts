import { grantKind } from '../object-grant.ts';
import { objectsOutsideSchemas } from './outside-schemas.ts';

const catalog = {
  type: 'tablespace',
  catalog: 'pg_tablespace',
  name: 'spcname',
  owner: 'spcowner',
  acl: 'spcacl',
  letter: 't',
};

/** Tablespaces that the manifest names. They are the server's, so that no policy covers all of them. */
export const tablespaceGrant = grantKind({
  type: 'tablespace',
  keyword: 'TABLESPACE',
  plural: 'tablespaces',
  ownerKeyword: 'TABLESPACE',
  outsideSchemas: true,
  privileges: ['CREATE'],
  inspect: objectsOutsideSchemas(catalog, { covered: 'false' }),
});
