import fc from 'fast-check';
import type { Section } from './manifests.ts';
import {
  languages,
  largeObjects,
  ownRoles,
  parameters,
  schemas,
  servers,
  tablespace,
  wrappers,
} from './names.ts';

const withObjects = schemas.filter((name) => name !== 'void');
const anySchema = fc.constantFrom(...schemas);
const anyRole = fc.constantFrom(...ownRoles, 'outsider');

/** Types of objects, by the manifest's word for them. */
interface ObjectType {
  readonly names: readonly string[];
  readonly privileges: readonly string[];
}

const functions = [
  'twice(int)',
  'twice(x int4 = 5)',
  'twice(VARIADIC words text[])',
  'total(int4)',
];

const objectTypes: Readonly<Record<string, ObjectType>> = {
  table: {
    names: ['*', 'plain', 'Odd " table; --', 'parted', 'parted_one', 'far'],
    privileges: ['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER'],
  },
  view: { names: ['*', 'seen'], privileges: ['SELECT', 'INSERT'] },
  materialized_view: { names: ['*', 'stored'], privileges: ['SELECT'] },
  sequence: { names: ['*', 'counter', 'plain_id_seq'], privileges: ['USAGE', 'SELECT', 'UPDATE'] },
  function: { names: ['*', 'Now; --', ...functions], privileges: ['EXECUTE'] },
  procedure: { names: ['*', 'work', 'work(IN x int)'], privileges: ['EXECUTE'] },
  routine: { names: ['*', 'work', 'twice(int)'], privileges: ['EXECUTE'] },
  type: { names: ['*', 'mood', 'pair', 'span', 'amount'], privileges: ['USAGE'] },
  domain: { names: ['*', 'amount'], privileges: ['USAGE'] },
};

/** Objects outside schemas. */
const outsideTypes: Readonly<Record<string, ObjectType>> = {
  foreign_data_wrapper: { names: wrappers, privileges: ['USAGE'] },
  foreign_server: { names: servers, privileges: ['USAGE'] },
  language: { names: languages, privileges: ['USAGE'] },
  tablespace: { names: [tablespace], privileges: ['CREATE'] },
  large_object: { names: largeObjects, privileges: ['SELECT', 'UPDATE'] },
  parameter: {
    names: [...parameters, 'Log_Statement'],
    privileges: ['SET', 'ALTER SYSTEM'],
  },
};

const some = (privileges: readonly string[]): fc.Arbitrary<string[]> =>
  fc.subarray([...privileges], { minLength: 1 });

/** The grantee and the kind of rule: a role, with the grant option or not, or declared absent; or PUBLIC. */
const grantee = fc.oneof(
  { weight: 8, arbitrary: anyRole.map((role) => ({ role })) },
  { weight: 2, arbitrary: anyRole.map((role) => ({ role, with_grant_option: true })) },
  { weight: 1, arbitrary: anyRole.map((role) => ({ role, ensure: 'absent' })) },
  { weight: 1, arbitrary: fc.constant({ role: 'PUBLIC' }) },
  { weight: 2, arbitrary: fc.constant({ role: 'PUBLIC', ensure: 'absent' }) },
);

/** PUBLIC keeps CREATE, because otherwise only a superuser could change owners. */
const grant = (
  privileges: readonly string[],
  object: fc.Arbitrary<Section>,
): fc.Arbitrary<Section & { readonly role: string }> =>
  fc
    .record({ who: grantee, list: some(privileges), object })
    .map(({ who, list, object: what }) => ({ ...who, privileges: list, object: what }))
    .filter(({ role, privileges: list }) => role !== 'PUBLIC' || !list.includes('CREATE'));

/** PUBLIC keeps USAGE of wrappers, which only superusers own. */
const outsideGrants = (major: number): fc.Arbitrary<Section & { readonly role: string }>[] =>
  Object.entries(outsideTypes)
    .filter(([type]) => type !== 'parameter' || major >= 15)
    .map(([type, { names, privileges }]) =>
      grant(
        privileges,
        fc.record({ type: fc.constant(type), name: fc.constantFrom(...names) }),
      ).filter(({ role }) => role !== 'PUBLIC' || type !== 'foreign_data_wrapper'),
    );

const objectGrants = Object.entries(objectTypes).map(([type, { names, privileges }]) =>
  grant(
    privileges,
    fc.record({
      type: fc.constant(type),
      schema: fc.constantFrom(...withObjects),
      name: fc.constantFrom(...names),
    }),
  ),
);

const columnGrant = grant(
  ['SELECT', 'INSERT', 'UPDATE', 'REFERENCES'],
  fc.record({
    type: fc.constant('table'),
    schema: fc.constantFrom(...withObjects),
    name: fc.constantFrom('plain', 'Odd " table; --', 'parted'),
    columns: fc.subarray(['id', 'name'], { minLength: 1 }),
  }),
);

export const grants = (major: number): fc.Arbitrary<(Section & { role: string })[]> =>
  fc.array(
    fc.oneof(
      ...objectGrants,
      columnGrant,
      grant(['CREATE', 'USAGE'], fc.record({ type: fc.constant('schema'), name: anySchema })),
      grant(
        ['CREATE', 'CONNECT', 'TEMPORARY'],
        fc.constant({ type: 'database', name: 'property' }),
      ),
      ...outsideGrants(major),
    ),
    { maxLength: 8 },
  );

const defaultTypes = {
  table: ['SELECT', 'INSERT', 'UPDATE'],
  sequence: ['USAGE'],
  function: ['EXECUTE'],
  type: ['USAGE'],
};

const defaultGrant = fc
  .tuple(
    grantee,
    fc.oneof(
      ...Object.entries(defaultTypes).map(([type, privileges]) =>
        fc.record({ privileges: some(privileges), on_type: fc.constant(type) }),
      ),
    ),
  )
  .map(([who, what]) => ({ ...who, ...what }));

/** Half of them are global. */
export const defaultPrivileges = fc.array(
  fc.record({
    owner: fc.constantFrom(...ownRoles, 'keeper'),
    scope: fc.oneof(
      anySchema.map((schema) => ({ type: 'schema', schema })),
      fc.constant({ type: 'global' }),
    ),
    grant: fc.array(defaultGrant, { minLength: 1, maxLength: 2 }),
  }),
  { maxLength: 2 },
);

/** Neither parameters nor wrappers, which only superusers can own. */
const ownedOutside = ['foreign_server', 'language', 'tablespace', 'large_object'].map((type) =>
  fc.record({
    type: fc.constant(type),
    schema: fc.constant(undefined),
    name: fc.constantFrom(...(outsideTypes[type]?.names ?? [])),
  }),
);

const owned = Object.entries(objectTypes)
  .filter(([type]) => !['domain', 'routine'].includes(type))
  .map(([type, { names }]) =>
    fc.record({
      type: fc.constant(type),
      schema: fc.constantFrom(...withObjects),
      name: fc.constantFrom(...names.filter((name) => name !== 'plain_id_seq')),
    }),
  );

export const ownership = (
  owner: fc.Arbitrary<string>,
): fc.Arbitrary<(Section & { owner: string })[]> => {
  const object = fc.oneof(...owned, ...ownedOutside);
  // The oracle knows the owner of each object, and not which code a wildcard leaves with its owner.
  return fc.uniqueArray(fc.record({ owner, object, adopt_code: fc.constant(true) }), {
    maxLength: 2,
    selector: ({ object: { type, schema, name } }) => `${type} ${schema ?? name}`,
  });
};
