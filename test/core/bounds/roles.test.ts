import { describe, expect, test } from '@jest/globals';
import { refused } from './refused.ts';

const roles = 'roles: [shop-*]';
const but = 'but roles are shop-*';

describe('a rule about roles', () => {
  test.each([
    ['declares', 'roles: [{ name: shop-app }]'],
    [
      'generates',
      `schemas: [{ name: shop, profiles: [app] }]
profiles: { app: { grants: [{ privileges: [USAGE], object: { type: schema } }] } }`,
    ],
    ['retires', 'retirements: [{ role: shop-old, reassign_owned_to: shop-app }]'],
    [
      'grants to',
      'grants: [{ role: shop-app, privileges: [SELECT], object: { type: table, schema: s, name: t } }]',
    ],
    ['makes members', 'memberships: [{ role: shop-all, members: [{ name: shop-app }] }]'],
    ['makes owners', 'schemas: [{ name: shop, owner: shop-app }]'],
  ])('allows a policy to name roles within it: what it %s', (_what, spec) => {
    expect(refused(roles, spec)).toEqual([]);
  });

  test.each([
    ['declares', 'roles: [{ name: admin }]', 'declares role "admin"'],
    ['declares in another case', 'roles: [{ name: Shop-app }]', 'declares role "Shop-app"'],
    [
      'declares with the prefix in the middle',
      'roles: [{ name: x-shop-app }]',
      'declares role "x-shop-app"',
    ],
    [
      'generates from a schema',
      `schemas: [{ name: other, profiles: [app] }]
profiles: { app: { } }`,
      'declares role "other-app"',
    ],
    [
      'generates by a pattern',
      `schemas: [{ name: shop, profiles: [app], role_pattern: 'x-{schema}-{profile}' }]
profiles: { app: { } }`,
      'declares role "x-shop-app"',
    ],
    [
      'adopts as external, to take what it has',
      'roles: [{ name: other, external: true }]',
      'decides what is granted to external role "other"',
    ],
    [
      'names as external',
      'roles: [{ name: other, external: true, preserve_undeclared_grants: true }]',
      'names external role "other"',
    ],
    ['retires', 'retirements: [{ role: other }]', 'retires role "other"'],
    [
      'lets inherit',
      'retirements: [{ role: shop-old, reassign_owned_to: other }]',
      'gives what role "shop-old" owns to role "other"',
    ],
    [
      'grants to',
      'grants: [{ role: other, privileges: [SELECT], object: { type: table, schema: s, name: t } }]',
      'grants to role "other"',
    ],
    [
      'takes from',
      'grants: [{ role: other, privileges: [SELECT], ensure: absent, object: { type: table, schema: s, name: t } }]',
      'takes from role "other"',
    ],
    [
      'sets the default privileges of',
      'default_privileges: [{ owner: other, schema: s, grant: [{ role: shop-app, privileges: [SELECT], on_type: table }] }]',
      'sets default privileges of role "other"',
    ],
    [
      'sets the default privileges of, among several',
      'default_privileges: [{ owners: [shop-app, other], schema: s, grant: [{ role: shop-app, privileges: [SELECT], on_type: table }] }]',
      'sets default privileges of role "other"',
    ],
    [
      'means by naming no owner',
      'default_privileges: [{ schema: s, grant: [{ role: shop-app, privileges: [SELECT], on_type: table }] }]',
      'sets default privileges of role "postgres"',
    ],
    [
      'means by default_owner',
      `default_owner: other
default_privileges: [{ schema: s, grant: [{ role: shop-app, privileges: [SELECT], on_type: table }] }]`,
      'sets default privileges of role "other"',
    ],
    [
      'grants to by default',
      'default_privileges: [{ owner: shop-app, schema: s, grant: [{ role: other, privileges: [SELECT], on_type: table }] }]',
      'grants by default to role "other"',
    ],
    [
      'takes from by default',
      'default_privileges: [{ owner: shop-app, schema: s, grant: [{ role: other, ensure: absent, privileges: [SELECT], on_type: table }] }]',
      'takes from role "other"',
    ],
    [
      'joins',
      'memberships: [{ role: other, members: [{ name: shop-app }] }]',
      'makes role "shop-app" a member of "other"',
    ],
    [
      'lets in',
      'memberships: [{ role: shop-all, members: [{ name: other }] }]',
      'adds to the members of role "shop-all" role "other"',
    ],
    [
      'owns a schema by',
      'schemas: [{ name: s, owner: other }]',
      'gives schema "s" to role "other"',
    ],
    [
      'gives objects to',
      "ownership: [{ owner: other, object: { type: function, schema: s, name: '*' } }]",
      'gives functions to role "other"',
    ],
    [
      'starts sessions as',
      'roles: [{ name: shop-app, config: { ROLE: other } }]',
      'starts the sessions of role "shop-app" as "other"',
    ],
    [
      'starts sessions as in the database',
      'roles: [{ name: shop-app, database_config: { session_authorization: other } }]',
      'starts the sessions of role "shop-app" as "other"',
    ],
  ])('refuses another role that a policy %s', (_what, spec, line) => {
    expect(refused(roles, spec)).toContain(`${line}, ${but}`);
  });

  test('refuses PUBLIC, unless allow_public is true', () => {
    const spec =
      'grants: [{ role: PUBLIC, privileges: [SELECT], object: { type: table, schema: s, name: t } }]';
    expect(refused(roles, spec)).toEqual(['grants to PUBLIC, but allow_public is not true']);
    expect(refused("roles: ['*']", spec)).toEqual([
      'grants to PUBLIC, but allow_public is not true',
    ]);
    expect(refused(`${roles}, allow_public: true`, spec)).toEqual([]);
    expect(refused('forbidden_attributes: [login]', spec)).toEqual([]);
    expect(refused('allow_public: false', spec)).toHaveLength(1);
  });

  test('allows revoking from PUBLIC in a schema of the tenant, and nowhere else', () => {
    const spec = (schema: string) =>
      `grants: [{ role: PUBLIC, ensure: absent, privileges: [USAGE], object: { type: schema, name: ${schema} } }]`;
    const fields = `${roles}, schemas: [shop]`;
    expect(refused(fields, spec('shop'))).toEqual([]);
    expect(refused("roles: ['*'], schemas: [shop]", spec('public'))).toHaveLength(1);
    expect(refused(fields, spec('public'))).toEqual([
      'takes away privileges on schemas in schema "public", but schemas are shop',
    ]);
  });
});

describe('names in addition to those of the tenant', () => {
  test('are for one use each', () => {
    const spec = (name: string) => `memberships: [{ role: ${name}, members: [{ name: shop-app }] }]
default_privileges:
  - { owner: ${name}, schema: s, grant: [{ role: ${name}, privileges: [SELECT], on_type: table }] }
schemas: [{ name: s, owner: ${name} }]`;
    const uses = ['groups', 'grantees', 'owners', 'default_privilege_owners'];
    expect(refused(roles, spec('x'))).toHaveLength(4);
    for (const use of uses) expect(refused(`${roles}, ${use}: [x]`, spec('x'))).toHaveLength(3);
    const all = uses.map((use) => `${use}: [x]`).join(', ');
    expect(refused(`${roles}, ${all}`, spec('x'))).toEqual([]);
  });

  test('a group outside the tenant accepts only members of the tenant, and keeps the members that it has', () => {
    const fields = `${roles}, groups: [all], grantees: [ana]`;
    const joins = (member: string) =>
      `memberships: [{ role: all, members: [{ name: ${member} }] }]`;
    expect(refused(fields, joins('shop-app'))).toEqual([]);
    expect(refused(fields, joins('ana'))).toEqual([
      'adds to the members of role "all" role "ana", but roles are shop-*',
    ]);
    const exclusive =
      'memberships: [{ role: all, exclusive: true, members: [{ name: shop-app }] }]';
    expect(refused(fields, exclusive)).toEqual([
      'decides all members of role "all", but roles are shop-*',
    ]);
  });

  test('a tenant cannot give ADMIN on a group outside the tenant', () => {
    const admin = (group: string) =>
      `memberships: [{ role: ${group}, members: [{ name: shop-app, admin: true }] }]`;
    const fields = `${roles}, groups: [all], predefined_roles: [pg_monitor]`;
    expect(refused(fields, admin('shop-all'))).toEqual([]);
    expect(refused(fields, admin('all'))).toHaveLength(1);
    expect(refused(fields, admin('pg_monitor'))).toHaveLength(1);
    expect(refused('predefined_roles: [pg_monitor]', admin('pg_monitor'))).toHaveLength(1);
  });

  test('a tenant cannot decide all grants of an external role', () => {
    expect(refused(`${roles}, grantees: [ana]`, 'roles: [{ name: ana, external: true }]')).toEqual([
      'decides what is granted to external role "ana", but roles are shop-*',
    ]);
  });
});

describe('predefined roles', () => {
  const joins = (group: string) =>
    `memberships: [{ role: ${group}, members: [{ name: shop-app }] }]`;

  test.each([
    'pg_read_all_data',
    'pg_execute_server_program',
    'rds_superuser',
    'postgres',
    'azure_pg_admin',
  ])('%s is refused unless it is named, whatever roles and groups allow', (group) => {
    expect(refused('predefined_roles: []', joins(group))).toHaveLength(1);
    expect(
      refused("predefined_roles: [pg_monitor], roles: ['*'], groups: ['*']", joins(group)),
    ).toEqual([
      `makes role "shop-app" a member of "${group}", but predefined_roles are pg_monitor`,
    ]);
    expect(refused(`predefined_roles: [${group}], ${roles}`, joins(group))).toEqual([]);
  });

  test('no session may start as one either', () => {
    const spec = 'roles: [{ name: shop-app, config: { role: pg_write_all_data } }]';
    expect(refused('predefined_roles: []', spec)).toHaveLength(1);
  });

  test('other groups are not affected', () => {
    expect(refused('predefined_roles: []', joins('other'))).toEqual([]);
  });
});

describe('attributes and settings of a role', () => {
  test.each(['login', 'superuser', 'createdb', 'createrole', 'replication', 'bypassrls'])(
    'a forbidden %s is refused, also in a profile if it has that field',
    (attribute) => {
      const fields = `forbidden_attributes: [${attribute}]`;
      expect(refused(fields, `roles: [{ name: a, ${attribute}: true }]`)).toEqual([
        `gives role "a" ${attribute}, but forbidden_attributes are ${attribute}`,
      ]);
      expect(refused(fields, `roles: [{ name: a, ${attribute}: false }, { name: b }]`)).toEqual([]);
    },
  );

  test('a profile with LOGIN is checked like a role', () => {
    const spec = `schemas: [{ name: s, profiles: [p] }]
profiles: { p: { login: true } }`;
    expect(refused('forbidden_attributes: [login]', spec)).toHaveLength(1);
  });

  test('only allowed settings pass, in any case and scope', () => {
    const fields = 'settings: [work_mem, app.*]';
    const spec = (config: string) => `roles: [{ name: a, ${config} }]`;
    expect(refused(fields, spec('config: { Work_Mem: 4MB, app.tenant: shop }'))).toEqual([]);
    expect(refused(fields, spec('config: { log_statement: none }'))).toEqual([
      'sets log_statement of role "a", but settings are work_mem, app.*',
    ]);
    expect(refused(fields, spec('database_config: { Session_Preload_Libraries: x }'))).toHaveLength(
      1,
    );
  });

  test('if no setting is allowed, none may be reset either', () => {
    expect(refused('settings: []', 'roles: [{ name: a, config: {} }]')).toEqual([
      'decides the settings of role "a", but settings is empty',
    ]);
    expect(refused('settings: []', 'roles: [{ name: a }]')).toEqual([]);
  });

  test('only allowed Secrets may hold passwords, including generated ones', () => {
    const fields = 'password_secrets: [shop-*]';
    const spec = (password: string) => `roles: [{ name: a, login: true, password: ${password} }]`;
    expect(refused(fields, spec('{ secretRef: { name: shop-app } }'))).toEqual([]);
    expect(refused(fields, spec('{ generate: {} }'))).toEqual([]);
    expect(refused(fields, spec('{ secretRef: { name: admin }, secretKey: k }'))).toEqual([
      'keeps the password of role "a" in Secret "admin", but password_secrets are shop-*',
    ]);
    expect(refused(fields, spec('{ generate: { secretName: admin } }'))).toHaveLength(1);
  });
});
