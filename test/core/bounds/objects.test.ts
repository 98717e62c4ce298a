import { describe, expect, test } from '@jest/globals';
import { refused } from './refused.ts';

const grant = (object: string, more = 'privileges: [SELECT]') =>
  `grants: [{ role: a, ${more}, object: { ${object} } }]`;

describe('a rule about schemas', () => {
  const fields = 'schemas: [shop, shop_*]';
  const but = 'but schemas are shop, shop_*';

  test('allows a policy to use them', () => {
    const spec = `schemas: [{ name: shop }]
${grant('type: table, schema: shop_2, name: "*"')}
default_privileges: [{ owner: a, schema: shop, grant: [{ role: a, privileges: [SELECT], on_type: table }] }]`;
    expect(refused(fields, spec)).toEqual([]);
  });

  test.each([
    ['declares', 'schemas: [{ name: other }]', 'declares schema "other"'],
    [
      'grants in',
      grant('type: table, schema: other, name: t'),
      'grants on tables in schema "other"',
    ],
    [
      'grants in, by its older spelling',
      'grants: [{ role: a, privileges: [SELECT], on: { type: view, schema: other, name: t } }]',
      'grants on views in schema "other"',
    ],
    [
      'grants on columns in',
      grant('type: table, schema: other, name: t, columns: [c]'),
      'grants on columns in schema "other"',
    ],
    [
      'grants on',
      grant('type: schema, name: other', 'privileges: [CREATE]'),
      'grants on schemas in schema "other"',
    ],
    [
      'binds a profile to',
      `schemas: [{ name: other, profiles: [p] }]
profiles: { p: { grants: [{ privileges: [SELECT], object: { type: table, name: '*' } }] } }`,
      'grants on tables in schema "other"',
    ],
    [
      'gives away in',
      'ownership: [{ owner: a, object: { type: function, schema: other, name: f } }]',
      'gives away functions in schema "other"',
    ],
    [
      'sets default privileges in',
      'default_privileges: [{ owner: a, schema: other, grant: [{ role: a, privileges: [SELECT], on_type: table }] }]',
      'sets default privileges in schema "other"',
    ],
    [
      'sets default privileges in, by scope,',
      'default_privileges: [{ owner: a, scope: { type: schema, schema: other }, grant: [{ role: a, privileges: [SELECT], on_type: table }] }]',
      'sets default privileges in schema "other"',
    ],
    [
      'sets default privileges in, among all,',
      'default_privileges: [{ owner: a, scope: { type: global }, grant: [{ role: a, privileges: [SELECT], on_type: table }] }]',
      'sets default privileges in every schema',
    ],
  ])('refuses another one that a policy %s', (_what, spec, line) => {
    expect(refused(fields, spec)).toContain(`${line}, ${but}`);
  });

  test.each([
    ['large_object', 'type: large_object, name: "16400"', 'SELECT'],
    ['parameter', 'type: parameter, name: log_statement', 'SET'],
    ['foreign_server', 'type: foreign_server, name: s', 'USAGE'],
    ['foreign_data_wrapper', 'type: foreign_data_wrapper, name: w', 'USAGE'],
    ['language', 'type: language, name: plpython3u', 'USAGE'],
    ['tablespace', 'type: tablespace, name: fast', 'CREATE'],
  ])(
    'refuses a %s, which is in no schema, unless its type is allowed',
    (type, object, privilege) => {
      const spec = grant(object, `privileges: [${privilege}]`);
      expect(refused(fields, spec)).toHaveLength(1);
      expect(refused(`${fields}, object_types: [${type}]`, spec)).toEqual([]);
      expect(refused(`${fields}, object_types: [table]`, spec)).toHaveLength(1);
    },
  );

  test('CONNECT on a database is allowed; other privileges need its type', () => {
    const on = (more: string) => grant('type: database, name: d', more);
    expect(refused(fields, on('privileges: [CONNECT, TEMPORARY]'))).toEqual([]);
    const others = [
      on('privileges: [CONNECT, CREATE]'),
      on('privileges: [CONNECT], ensure: absent'),
      on('privileges: [CONNECT], ensure: absent').replace('role: a', 'role: PUBLIC'),
      'ownership: [{ owner: a, object: { type: database, name: d } }]',
    ];
    for (const spec of others) {
      expect(refused(fields, spec)).toHaveLength(1);
      expect(refused(`${fields}, object_types: [database]`, spec)).toEqual([]);
    }
  });

  test('a foreign server cannot be given away either', () => {
    const spec = 'ownership: [{ owner: a, object: { type: foreign_server, name: s } }]';
    expect(refused(fields, spec)).toHaveLength(1);
  });
});

describe('a rule about object types', () => {
  const fields = 'object_types: [table, schema]';

  test.each([
    ['grants', grant('type: function, schema: s, name: f', 'privileges: [EXECUTE]')],
    ['grants on columns', grant('type: table, schema: s, name: t, columns: [c]')],
    ['ownership', 'ownership: [{ owner: a, object: { type: view, schema: s, name: v } }]'],
    [
      'default privileges',
      'default_privileges: [{ owner: a, schema: s, grant: [{ role: a, privileges: [EXECUTE], on_type: routine }] }]',
    ],
  ])('refuses other types in %s', (_what, spec) => {
    expect(refused(fields, spec)).toHaveLength(1);
  });

  test('refuses a declared schema if schema is not an allowed type', () => {
    expect(refused('object_types: [table]', 'schemas: [{ name: s }]')).toHaveLength(1);
    expect(refused(fields, 'schemas: [{ name: s }]')).toEqual([]);
  });
});

describe('a rule about privileges', () => {
  const fields =
    'forbidden_privileges: [{ privileges: [TRUNCATE] }, { privileges: [CREATE], object_types: [schema] }]';

  test.each([
    ['grants', grant('type: table, schema: s, name: t', 'privileges: [SELECT, TRUNCATE]')],
    ['grants on schemas', grant('type: schema, name: s', 'privileges: [CREATE]')],
    [
      'profiles',
      `schemas: [{ name: s, profiles: [p] }]
profiles: { p: { grants: [{ privileges: [CREATE], object: { type: schema } }] } }`,
    ],
    [
      'default privileges',
      'default_privileges: [{ owner: a, schema: s, grant: [{ role: a, privileges: [TRUNCATE], on_type: table }] }]',
    ],
    ['ownership', 'ownership: [{ owner: a, object: { type: table, schema: s, name: t } }]'],
    ['a schema given away', 'schemas: [{ name: s, owner: a }]'],
    ['a retirement', 'retirements: [{ role: b, reassign_owned_to: a }]'],
  ])('refuses them in %s', (_what, spec) => {
    expect(refused(fields, spec)).toHaveLength(1);
  });

  test.each([
    ['on another type', grant('type: database, name: d', 'privileges: [CREATE]')],
    ['of others', grant('type: table, schema: s, name: t')],
    ['that go', grant('type: table, schema: s, name: t', 'privileges: [TRUNCATE], ensure: absent')],
    [
      'to own what they are not on',
      'ownership: [{ owner: a, object: { type: function, schema: s, name: f } }]',
    ],
  ])('allows privileges to be %s', (_what, spec) => {
    expect(refused(fields, spec)).toEqual([]);
  });

  test('allows owners of the platform to own objects with them', () => {
    const spec = 'ownership: [{ owner: boss, object: { type: table, schema: s, name: t } }]';
    expect(refused(`${fields}, roles: [a], owners: [boss]`, spec)).toEqual([]);
    expect(refused(`${fields}, owners: [boss]`, spec)).toEqual([]);
    expect(refused(`${fields}, roles: [boss]`, spec)).toEqual([
      'gives tables to role "boss", who then has TRUNCATE, but forbidden_privileges has that, and owners is empty',
    ]);
  });

  test('also forbids a table privilege on columns, and under another word for the type', () => {
    const onTables = 'forbidden_privileges: [{ privileges: [UPDATE], object_types: [table] }]';
    const columns = grant('type: table, schema: s, name: t, columns: [c]', 'privileges: [UPDATE]');
    expect(refused(onTables, columns)).toHaveLength(1);
    const onFunctions =
      'forbidden_privileges: [{ privileges: [EXECUTE], object_types: [function] }]';
    const routines = grant('type: routine, schema: s, name: f', 'privileges: [EXECUTE]');
    expect(refused(onFunctions, routines)).toHaveLength(1);
  });
});

describe('options of a grant, a membership and a retirement', () => {
  test('the grant option and ADMIN can be forbidden', () => {
    const fields = 'allow_grant_option: false';
    const onwards = 'privileges: [SELECT], with_grant_option: true';
    expect(refused(fields, grant('type: table, schema: s, name: t', onwards))).toHaveLength(1);
    expect(
      refused(
        fields,
        `default_privileges: [{ owner: a, schema: s, grant: [{ role: a, with_grant_option: true, privileges: [SELECT], on_type: table }] }]`,
      ),
    ).toHaveLength(1);
    expect(
      refused(fields, 'memberships: [{ role: a, members: [{ name: b, admin: true }] }]'),
    ).toEqual(['lets role "b" add members to role "a", but allow_grant_option is false']);
  });

  test('retirements and their loss of data can be forbidden', () => {
    const spec = (more: string) => `retirements: [{ role: a, ${more} }]`;
    expect(refused('allow_retirements: false', spec('reassign_owned_to: b'))).toHaveLength(1);
    expect(refused('allow_drop_owned: false', spec('reassign_owned_to: b'))).toEqual([]);
    expect(refused('allow_drop_owned: false', spec('drop_owned: true'))).toHaveLength(1);
    expect(refused('allow_drop_owned: false', spec('allow_data_loss: true'))).toHaveLength(1);
  });

  test('modes can be restricted', () => {
    const fields = 'modes: [plan], reconciliation_modes: [additive, adopt]';
    expect(refused(fields, 'mode: plan\nreconciliation_mode: adopt')).toEqual([]);
    expect(refused(fields, 'mode: observe\nreconciliation_mode: adopt')).toEqual([]);
    expect(refused(fields, 'coverage: declared')).toEqual([
      'has mode apply, but modes are plan',
      'has reconciliation_mode authoritative, but reconciliation_modes are additive, adopt',
    ]);
  });
});
