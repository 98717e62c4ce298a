import type { GrantableType } from '../grantable-type.ts';
import { type GrantKind, grantKind } from '../object-grant.ts';
import { largeObjectGrant } from './large-object.ts';
import { type NamedObjects, objectsOutsideSchemas } from './outside-schemas-sql.ts';
import { parameterGrant } from './parameter.ts';

type Words = Omit<GrantableType, 'inspect' | 'outsideSchemas' | keyof NamedObjects>;

/** A grantable type whose objects are rows of one catalog, outside schemas. */
function named(words: Words, objects: NamedObjects): GrantKind {
  const { type, catalog } = objects;
  const inspect = objectsOutsideSchemas(objects);
  return grantKind({ ...words, type, catalog, outsideSchemas: true, inspect });
}

/** Databases that the manifest names, and the policy's own. This policy does not manage grants on other databases. */
const database = named(
  {
    isWay: true,
    keyword: 'DATABASE',
    plural: 'databases',
    ownerKeyword: 'DATABASE',
    ownerPower: 'CREATEDB',
    privileges: ['CREATE', 'CONNECT', 'TEMPORARY'],
    everyone: ['CONNECT', 'TEMPORARY'],
  },
  {
    type: 'database',
    letter: 'd',
    catalog: {
      relation: 'pg_database',
      name: 'datname',
      owner: 'datdba',
      acl: 'datacl',
      covered: 'current database',
    },
  },
);

/** Tablespaces that the manifest names. They belong to the server, so no policy covers all of them. */
const tablespace = named(
  {
    keyword: 'TABLESPACE',
    plural: 'tablespaces',
    ownerKeyword: 'TABLESPACE',
    privileges: ['CREATE'],
  },
  {
    type: 'tablespace',
    letter: 't',
    catalog: { relation: 'pg_tablespace', name: 'spcname', owner: 'spcowner', acl: 'spcacl' },
  },
);

/** Only superusers use languages that are not trusted: PostgreSQL refuses grants on them. */
const language = named(
  {
    keyword: 'LANGUAGE',
    plural: 'languages',
    ownerKeyword: 'LANGUAGE',
    privileges: ['USAGE'],
    everyone: ['USAGE'],
  },
  {
    type: 'language',
    letter: 'l',
    catalog: {
      relation: 'pg_language',
      name: 'lanname',
      owner: 'lanowner',
      acl: 'lanacl',
      covered: 'own objects',
    },
    isGrantable: 'x.lanpltrusted',
    nearMiss: `
    SELECT json_build_object(
             'kind', 'language_grant', 'schema', NULL, 'name', l.lanname, 'subtype', 'language', 'sql', NULL,
             'group', NULL, 'owner', '', 'count', 0, 'acl', jsonb_build_array(),
             'hint', 'it is not trusted: only superusers use it, and no grant is possible')
      FROM pg_catalog.pg_language l
      JOIN scope_object o ON o.type = 'language' AND o.name = l.lanname
     WHERE NOT l.lanpltrusted`,
  },
);

/** Source for owners: AlterForeignDataWrapperOwner() in foreigncmds.c. */
const wrapperCatalog = {
  relation: 'pg_foreign_data_wrapper',
  name: 'fdwname',
  owner: 'fdwowner',
  acl: 'fdwacl',
  covered: 'own objects',
  ownerNeeds: 'SUPERUSER',
} as const;

/** Only superusers create wrappers, because the tables of some read files of the server. */
const foreignDataWrapper = named(
  {
    keyword: 'FOREIGN DATA WRAPPER',
    plural: 'foreign data wrappers',
    ownerKeyword: 'FOREIGN DATA WRAPPER',
    ownerPower: 'SUPERUSER',
    privileges: ['USAGE'],
    isForSuperusers: true,
  },
  { type: 'foreign_data_wrapper', letter: 'F', catalog: wrapperCatalog },
);

/** Source for owners: AlterForeignServerOwner() in foreigncmds.c. */
const foreignServer = named(
  {
    keyword: 'FOREIGN SERVER',
    plural: 'foreign servers',
    ownerKeyword: 'SERVER',
    privileges: ['USAGE'],
  },
  {
    type: 'foreign_server',
    letter: 'S',
    catalog: {
      relation: 'pg_foreign_server',
      name: 'srvname',
      owner: 'srvowner',
      acl: 'srvacl',
      covered: 'own objects',
      ownerNeeds: {
        usageOn: { type: 'foreign_data_wrapper', catalog: wrapperCatalog, column: 'srvfdw' },
      },
    },
  },
);

/** Kinds of grants on objects outside schemas, in the order grants are made. */
export const grantsOutsideSchemas: readonly GrantKind[] = [
  database,
  tablespace,
  parameterGrant,
  language,
  foreignDataWrapper,
  foreignServer,
  largeObjectGrant,
];
