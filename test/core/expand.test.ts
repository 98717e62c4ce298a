import { describe, expect, test } from '@jest/globals';
import { parseDocuments } from '../../core/document/document.ts';
import { graphOf, problemsOf } from './parsed.ts';

describe('a profile bound to a schema', () => {
  const manifest = `
default_owner: app_owner
profiles:
  editor:
    login: true
    inherit: false
    grants:
      - { privileges: [USAGE], object: { type: schema } }
      - { privileges: [SELECT], object: { type: table, name: '*' } }
    default_privileges:
      - { privileges: [SELECT], on_type: table }
schemas:
  - { name: shop, profiles: [editor] }
  - { name: stock, profiles: [editor], owner: stock_owner, role_pattern: 'r_{profile}_{schema}_{profile}' }
  - { name: '{profile}', profiles: [editor], role_pattern: '{schema}/{profile}' }
`;

  test('becomes a role named by the pattern, with each placeholder replaced once', () => {
    expect(graphOf(manifest).roles).toMatchObject([
      {
        name: 'shop-editor',
        login: true,
        inherit: false,
        comment: "Generated from profile 'editor' for schema 'shop'",
      },
      { name: 'r_editor_stock_editor', login: true, inherit: false },
      { name: '{profile}/editor' },
    ]);
  });

  test('grants on that schema, and on the objects in it', () => {
    expect(graphOf(manifest).grants.slice(0, 2)).toEqual([
      {
        role: 'shop-editor',
        privileges: ['USAGE'],
        ensure: 'present',
        grantable: false,
        object: { type: 'schema', schema: undefined, name: 'shop' },
      },
      {
        role: 'shop-editor',
        privileges: ['SELECT'],
        ensure: 'present',
        grantable: false,
        object: { type: 'table', schema: 'shop', name: '*' },
      },
    ]);
  });

  test("has default privileges for the schema's owner, or the default owner", () => {
    expect(graphOf(manifest).defaultPrivileges.map(({ owner, schema }) => [owner, schema])).toEqual(
      [
        ['app_owner', 'shop'],
        ['stock_owner', 'stock'],
        ['app_owner', '{profile}'],
      ],
    );
  });

  test('gives schemas the default owner, or none', () => {
    const owners = (text: string): unknown[] => graphOf(text).schemas.map(({ owner }) => owner);
    expect(owners(manifest)).toEqual(['app_owner', 'stock_owner', 'app_owner']);
    expect(owners('schemas: [{ name: a }]')).toEqual([undefined]);
  });
});

describe('role_pattern', () => {
  const names = (text: string): string[] =>
    graphOf(`profiles: { p: {} }\n${text}`).roles.map(({ name }) => name);

  test('of the manifest applies to schemas without their own', () => {
    const schemas =
      'schemas: [{ name: a, profiles: [p] }, { name: b, profiles: [p], role_pattern: "{profile} of {schema}" }]';
    expect(names(schemas)).toEqual(['a-p', 'p of b']);
    expect(names(`role_pattern: "{profile}_{schema}"\n${schemas}`)).toEqual(['p_a', 'p of b']);
  });

  test('does not matter to a schema without profiles', () => {
    expect(names('role_pattern: fixed\nschemas: [{ name: a }]')).toEqual([]);
  });

  test('makes names that are checked like written ones', () => {
    const problem = (pattern: string): readonly string[] =>
      problemsOf(
        `role_pattern: ${JSON.stringify(pattern)}\nprofiles: { none: {}, p: {} }\nschemas: [{ name: s, profiles: [none, p] }]`,
      );
    expect(problem('{profile}')).toEqual([
      'f.yaml line 3: schemas[0].profiles[0] generates role "none", which is a word PostgreSQL reserves, not a role',
    ]);
    expect(problem('')).toEqual([
      'f.yaml line 1: role_pattern is empty: write it like {schema}-{profile}',
    ]);
    expect(problem(`${'é'.repeat(30)}{profile}`)).toEqual([
      `f.yaml line 3: schemas[0].profiles[0] generates role "${'é'.repeat(30)}none", which is longer than 63 bytes, which PostgreSQL would cut off`,
    ]);
  });
});

describe('defaults', () => {
  test('a role without options has the defaults of CREATE ROLE', () => {
    expect(graphOf('roles: [{ name: a }]').roles).toEqual([
      {
        name: 'a',
        external: false,
        preserveUndeclaredGrants: false,
        login: false,
        superuser: false,
        createdb: false,
        createrole: false,
        inherit: true,
        replication: false,
        bypassrls: false,
        connectionLimit: -1,
        comment: undefined,
        validUntil: undefined,
        password: undefined,
        config: undefined,
        databaseConfig: undefined,
      },
    ]);
  });

  test('default privileges without an owner belong to the default owner, otherwise to postgres', () => {
    const entry =
      'default_privileges: [{ schema: s, grant: [{ role: r, privileges: [SELECT], on_type: table }] }]';
    expect(graphOf(entry).defaultPrivileges[0]?.owner).toBe('postgres');
    expect(graphOf(`default_owner: maker\n${entry}`).defaultPrivileges[0]?.owner).toBe('maker');
  });

  test('a member has no ADMIN, and inherits if the server leaves the choice', () => {
    expect(graphOf('memberships: [{ role: g, members: [{ name: m }] }]').memberships).toEqual([
      { role: 'g', member: 'm', inherit: undefined, admin: false, set: true },
    ]);
  });

  test('on is an older spelling of object', () => {
    const grant = (word: string): string =>
      `grants: [{ role: r, privileges: [USAGE], ${word}: { type: schema, name: s } }]`;
    expect(graphOf(grant('on'))).toEqual(graphOf(grant('object')));
  });

  test('a generated password has 32 characters, in a Secret named after policy and role', () => {
    const text =
      'apiVersion: pgroles.io/v1alpha1\nkind: PostgresPolicy\nmetadata: { name: shop.main }\nspec:\n  connection: { secretRef: { name: db } }\n' +
      '  roles:\n    - { name: svc@proj.iam, login: true, password: { generate: {} } }\n    - { name: plain, login: true, password: { secretRef: { name: s } } }';
    const [document] = parseDocuments(text, 'f.yaml');
    if (document?.kind !== 'policy') throw new Error('not a policy');
    expect(document.graph.roles.map(({ password }) => password)).toEqual([
      { from: 'generate', length: 32, name: 'shop-main-pgr-svc-proj-iam', key: 'password' },
      { from: 'secret', name: 's', key: 'plain' },
    ]);
  });
});

test('a grantee in the default privileges of a profile has no effect, as in pgroles', () => {
  const manifest = (role: string) => `
    default_owner: shop_owner
    roles: [{ name: shop_owner }]
    profiles: { ro: { default_privileges: [{ ${role}privileges: [SELECT], on_type: table }] } }
    schemas: [{ name: shop, profiles: [ro] }]`;
  expect(graphOf(manifest('role: ana, '))).toEqual(graphOf(manifest('')));
  expect(graphOf(manifest('')).defaultPrivileges[0]?.grantee).toBe('shop-ro');
});

test('a key together with generate has no effect, as in pgroles', () => {
  const keyOf = (password: string) =>
    graphOf(`roles: [{ name: ana, login: true, password: ${password} }]`).roles[0]?.password;
  expect(keyOf('{ generate: {}, secretKey: other }')).toMatchObject({ key: 'password' });
  expect(keyOf('{ generate: { secretKey: mine }, secretKey: other }')).toMatchObject({
    key: 'mine',
  });
});
