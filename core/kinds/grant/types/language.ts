import { grantKind } from '../object-grant.ts';
import { objectsOutsideSchemas, ownObjects } from './outside-schemas.ts';

const catalog = {
  type: 'language',
  catalog: 'pg_language',
  name: 'lanname',
  owner: 'lanowner',
  acl: 'lanacl',
  letter: 'l',
};

/** Languages that are not trusted are for superusers only: PostgreSQL refuses grants on them. */
export const languageGrant = grantKind({
  type: 'language',
  keyword: 'LANGUAGE',
  plural: 'languages',
  ownerKeyword: 'LANGUAGE',
  outsideSchemas: true,
  privileges: ['USAGE'],
  everyone: ['USAGE'],
  inspect: objectsOutsideSchemas(catalog, {
    covered: ownObjects('pg_language'),
    isGrantable: 'x.lanpltrusted',
    nearMiss: `
    SELECT json_build_object(
             'kind', 'language_grant', 'schema', NULL, 'name', l.lanname, 'subtype', 'language', 'sql', NULL,
             'group', NULL, 'owner', '', 'count', 0, 'acl', jsonb_build_array(),
             'hint', 'it is not trusted: only superusers use it, and no grant is possible')
      FROM pg_catalog.pg_language l
      JOIN scope_object o ON o.type = 'language' AND o.name = l.lanname
     WHERE NOT l.lanpltrusted`,
  }),
});
