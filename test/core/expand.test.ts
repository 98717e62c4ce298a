import { describe, expect, test } from '@jest/globals';
import { claimsOf } from '../../core/claims.ts';
import { parseDocuments } from '../../core/document.ts';
import type { RoleGraph } from '../../core/graph.ts';

function graphOf(manifest: string): RoleGraph {
  const [document] = parseDocuments(manifest, 'f.yaml');
  if (document?.kind === 'invalid') throw document.refusal;
  if (document?.kind !== 'manifest') throw new Error('not a manifest');
  return document.graph;
}

function problemsOf(manifest: string): readonly string[] {
  const [document] = parseDocuments(manifest, 'f.yaml');
  return document?.kind === 'invalid' ? document.refusal.details : [];
}

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

  test('becomes a role, named by the pattern, each placeholder replaced once', () => {
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

describe('defaults', () => {
  test('a role of which nothing is said is what CREATE ROLE makes', () => {
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

  test('default privileges without an owner are those of the default owner, else of postgres', () => {
    const entry =
      'default_privileges: [{ schema: s, grant: [{ role: r, privileges: [SELECT], on_type: table }] }]';
    expect(graphOf(entry).defaultPrivileges[0]?.owner).toBe('postgres');
    expect(graphOf(`default_owner: maker\n${entry}`).defaultPrivileges[0]?.owner).toBe('maker');
  });

  test('a member does not administer, and inherits where the server leaves the choice', () => {
    expect(graphOf('memberships: [{ role: g, members: [{ name: m }] }]').memberships).toEqual([
      { role: 'g', member: 'm', inherit: undefined, admin: false, set: true },
    ]);
  });

  test('on is another word for object', () => {
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

describe('what contradicts itself is refused', () => {
  test.each([
    [
      'roles: [{ name: a }, { name: a }]',
      'roles[1].name declares role "a" again: a role is declared once, or generated by one profile',
    ],
    [
      'profiles: { p: {} }\nschemas: [{ name: s, profiles: [p] }]\nroles: [{ name: s-p }]',
      'roles[0].name declares role "s-p" again: a role is declared once, or generated by one profile',
    ],
    [
      'schemas: [{ name: s }, { name: s }]',
      'schemas[1].name declares schema "s" again: put its profiles into one entry',
    ],
    [
      'schemas: [{ name: s, profiles: [p] }]',
      'schemas[0].profiles[0] names profile "p", which profiles does not define',
    ],
    [
      'schemas: [{ name: s, profiles: [constructor] }]',
      'schemas[0].profiles[0] names profile "constructor", which profiles does not define',
    ],
    [
      'profiles: { p: {} }\nschemas: [{ name: s, profiles: [p, p] }]',
      'schemas[0].profiles[1] generates role "s-p" again: use {schema} and {profile} in role_pattern',
    ],
    [
      'profiles: { p: {} }\nschemas: [{ name: s, profiles: [p], role_pattern: "{schema}" }]',
      'schemas[0].role_pattern lacks {profile}: the generated roles would all have one name',
    ],
    [
      'profiles: { p: {} }\nschemas: [{ name: s, profiles: [p], role_pattern: "pg_{profile}" }]',
      'schemas[0].profiles[0] generates role "pg_p", which starts with pg_, which PostgreSQL reserves for its own roles',
    ],
    [
      `profiles: { p: {} }\nschemas: [{ name: ${'s'.repeat(62)}, profiles: [p] }]`,
      `schemas[0].profiles[0] generates role "${'s'.repeat(62)}-p", which is longer than 63 bytes, which PostgreSQL would cut off`,
    ],
    [
      'roles: [{ name: a, password: { from_env: A } }]',
      'roles[0].password gives role "a" a password, but it cannot log in: add login: true',
    ],
    [
      'roles: [{ name: a, login: true, password: {} }]',
      'roles[0].password needs exactly one of secretRef, generate and from_env',
    ],
    [
      'roles: [{ name: a, login: true, password: { generate: {}, from_env: A } }]',
      'roles[0].password needs exactly one of secretRef, generate and from_env',
    ],
    [
      'roles: [{ name: a, login: true, password: { from_env: A, secretKey: k } }]',
      'roles[0].password.secretKey goes with secretRef: remove it',
    ],
    [
      'roles: [{ name: a.b, login: true, password: { generate: {} } }, { name: a_b, login: true, password: { generate: {} } }]',
      'roles[1].password.generate shares the generated Secret "manifest-pgr-a-b" with role "a.b": set secretName',
    ],
    [
      'memberships: [{ role: g, members: [{ name: m }, { name: m, admin: true }] }]',
      'memberships[0].members[1] makes "m" a member of "g" again with other options',
    ],
    [
      'memberships: [{ role: g, members: [{ name: g }] }]',
      'memberships[0].members[0] closes a circle: "g" is already a member of "g"',
    ],
    [
      'memberships: [{ role: a, members: [{ name: b }] }, { role: b, members: [{ name: c }] }, { role: c, members: [{ name: a }] }]',
      'memberships[2].members[0] closes a circle: "c" is already a member of "a"',
    ],
    [
      'roles: [{ name: a }]\nretirements: [{ role: a }]',
      'retirements[0].role retires role "a", which the policy also declares',
    ],
    ['retirements: [{ role: a }, { role: a }]', 'retirements[1].role retires role "a" again'],
    [
      'retirements: [{ role: a, reassign_owned_to: a }]',
      'retirements[0].reassign_owned_to is the retired role "a" itself',
    ],
    [
      'profiles: { p: { grants: [{ privileges: [SELECT], object: { type: table } }] } }\nschemas: [{ name: s, profiles: [p] }]',
      'profiles.p.grants[0].object lacks name: write the table\'s name or "*" for all',
    ],
    [
      'profiles: { p: { default_privileges: [{ privileges: [EXECUTE], on_type: table }] } }\nschemas: [{ name: s, profiles: [p] }]',
      'profiles.p.default_privileges[0].privileges has EXECUTE, which a table does not know: choose from SELECT, INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER',
    ],
    [
      'profiles: { p: { grants: [{ privileges: [CONNECT], object: { type: database } }] } }\nschemas: [{ name: s, profiles: [p] }]',
      "profiles.p.grants[0].object lacks name: write the database's name",
    ],
    [
      'roles: [{ name: heir }]\nretirements: [{ role: old, reassign_owned_to: older }, { role: older }]',
      'retirements[1].role retires role "older", which the policy still names as successor of a retired role',
    ],
    [
      'schemas: [{ name: s, owner: old }]\nretirements: [{ role: old }]',
      'retirements[0].role retires role "old", which the policy still names as owner of schema "s"',
    ],
  ])('%j', (manifest, problem) => {
    expect(problemsOf(manifest).map((line) => line.replace(/^f\.yaml line \d+: /, ''))).toEqual([
      problem,
    ]);
  });

  test("a profile's mistake once, however many schemas it is bound to", () => {
    const profile =
      'profiles: { p: { grants: [{ privileges: [EXECUTE], object: { type: table, name: "*" } }] } }';
    expect(
      problemsOf(`${profile}\nschemas: [{ name: s, profiles: [p] }, { name: t, profiles: [p] }]`),
    ).toHaveLength(1);
  });

  test('but not what is merely said twice', () => {
    expect(
      problemsOf(
        'memberships: [{ role: g, members: [{ name: m }] }, { role: g, members: [{ name: m }] }]\n' +
          'grants: [{ role: r, privileges: [USAGE, USAGE], object: { type: schema, name: s } }, { role: r, privileges: [USAGE], object: { type: schema, name: s } }]',
      ),
    ).toEqual([]);
  });
});

describe('claims', () => {
  test('are for roles declared, generated or retired and schemas declared, with the grantees and groups merely named beside, without people and places', () => {
    const graph = graphOf(`
profiles: { viewer: {} }
schemas: [{ name: shop, profiles: [viewer] }]
roles: [{ name: clerk }]
retirements: [{ role: legacy, reassign_owned_to: heir }]
memberships: [{ role: team, members: [{ name: human }] }]
grants:
  - { role: guest, privileges: [USAGE], object: { type: schema, name: public } }
  - { role: clerk, privileges: [USAGE], object: { type: schema, name: public } }
default_privileges:
  - { owner: writer, schema: shop, grant: [{ role: auditor, privileges: [SELECT], on_type: table }] }
`);
    expect(claimsOf(graph)).toEqual({
      roles: ['clerk', 'legacy', 'shop-viewer'],
      schemas: ['shop'],
      groups: ['team'],
      named: ['auditor', 'guest'],
    });
  });
});
