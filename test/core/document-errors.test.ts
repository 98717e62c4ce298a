import { describe, expect, test } from '@jest/globals';
import { parseDocuments } from '../../core/document/document.ts';
import { objectWords } from '../../core/kinds/grant/words.ts';
import { grantableTypes } from '../../core/registry.ts';
import { verdict } from './parsed.ts';

const policy = (spec: string): string =>
  `apiVersion: pgroles.io/v1alpha1\nkind: PostgresPolicy\nmetadata: { name: shop }\nspec:\n${spec}`;
const connection = '  connection: { secretRef: { name: db } }\n';

const roleKeys =
  'name, external, preserve_undeclared_grants, login, superuser, createdb, createrole, inherit, replication, bypassrls, connection_limit, comment, config, database_config, password, password_valid_until';
const manifestKeys =
  'coverage, role_pattern, default_owner, profiles, schemas, roles, grants, default_privileges, ownership, memberships, retirements, auth_providers';
const objectTypes = objectWords(grantableTypes).join(' or ');
const timestamp = 'write it like 2026-12-31T00:00:00Z or 2026-12-31T00:00:00+02:00';
const unstorable =
  'contains a NUL character or half a surrogate pair, which PostgreSQL cannot store';
describe('a wrong document is reported with its place and the expected value', () => {
  test.each([
    // YAML itself
    ['roles:\n\t- name: x', 'f.yaml line 2: Tabs are not allowed as indentation'],
    ['roles: []\nroles: []', 'f.yaml line 2: Map keys must be unique'],
    ['roles: *nowhere', 'f.yaml: Unresolved alias (the anchor must be set before the alias)'],
    ['roles: !secret [a]', 'f.yaml line 1: Unresolved tag'],
    ['- a', 'f.yaml line 1: the document is a list, must be a map of keys'],
    ['hello', 'f.yaml line 1: the document is text, must be a map of keys'],
    // Keys and types of values. A typing error must not silently drop a restriction.
    [
      'rolez: []',
      `f.yaml line 1: rolez is not a known key (did you mean roles?): it may be ${manifestKeys}`,
    ],
    [
      'roles:\r\n  - name: a\r\n    conection_limit: 1\r\n',
      `f.yaml line 3: roles[0].conection_limit is not a known key (did you mean connection_limit?): it may be ${roleKeys}`,
    ],
    [
      'roles: [{ name: a, __proto__: x }]',
      'f.yaml line 1: roles[0].__proto__ is not allowed as a key',
    ],
    ...['config', 'database_config'].map((section) => [
      `roles: [{ name: a, ${section}: { __proto__: x } }]`,
      `f.yaml line 1: roles[0].${section}.__proto__ is not allowed as a key`,
    ]),
    [
      'profiles: { __proto__: { grants: [] } }',
      'f.yaml line 1: profiles.__proto__ is not allowed as a key',
    ],
    [
      'auth_providers: [{ __proto__: x }]',
      'f.yaml line 1: auth_providers[0].__proto__ is not allowed as a key',
    ],
    // Values that are no number, or too large
    ...['.inf', '-.inf', '1e400', '.nan'].map((number) => [
      `roles: [{ name: a, connection_limit: ${number} }]`,
      `f.yaml line 1: roles[0].connection_limit is ${number === '.nan' ? 'not a number' : 'infinite'}, must be a finite number`,
    ]),
    ['roles:', 'f.yaml line 1: roles is empty, must be a list'],
    ['roles: [null]', 'f.yaml line 1: roles[0] is empty, must be a map of keys'],
    ['roles: [{ login: true }]', 'f.yaml line 1: roles[0].name is missing: write text'],
    ['roles: [{ name: 12 }]', 'f.yaml line 1: roles[0].name is a number, must be text'],
    [
      'roles: [{ name: a, login: yes }]',
      'f.yaml line 1: roles[0].login is text, must be true or false',
    ],
    [
      'roles: [{ name: a, connection_limit: 1.5 }]',
      'f.yaml line 1: roles[0].connection_limit is a number, must be a whole number',
    ],
    [
      'roles: [{ name: a, connection_limit: -2 }]',
      'f.yaml line 1: roles[0].connection_limit must be at least -1',
    ],
    [
      'roles: [{ name: a, connection_limit: 2147483648 }]',
      'f.yaml line 1: roles[0].connection_limit must be at most 2147483647',
    ],
    // Names
    ['roles: [{ name: "" }]', 'f.yaml line 1: roles[0].name is empty: write a name'],
    [
      'roles: [{ name: pg_x }]',
      'f.yaml line 1: roles[0].name starts with pg_, which PostgreSQL reserves for its own roles: declare it external',
    ],
    [
      'roles: [{ name: Public }]',
      'f.yaml line 1: roles[0].name is a word PostgreSQL reserves, not a role',
    ],
    [
      'memberships: [{ role: none, members: [{ name: a }] }]',
      'f.yaml line 1: memberships[0].role is a word PostgreSQL reserves, not a role',
    ],
    [
      'schemas: [{ name: pg_x }]',
      'f.yaml line 1: schemas[0].name starts with pg_, which PostgreSQL reserves for its own schemas',
    ],
    [
      `schemas: [{ name: ${'é'.repeat(32)} }]`,
      'f.yaml line 1: schemas[0].name is longer than 63 bytes, which PostgreSQL would cut off',
    ],
    ['roles: [{ name: "a\\0b" }]', `f.yaml line 1: roles[0].name ${unstorable}`],
    ['roles: [{ name: "\\ud83d" }]', `f.yaml line 1: roles[0].name ${unstorable}`],
    ['roles: [{ name: a, comment: "a\\0b" }]', `f.yaml line 1: roles[0].comment ${unstorable}`],
    [
      'grants: [{ role: a, privileges: [SELECT], object: { type: table, schema: s, name: "\\0" } }]',
      `f.yaml line 1: grants[0].object.name ${unstorable}`,
    ],
    // Timestamps
    [
      'roles: [{ name: a, password_valid_until: tomorrow }]',
      `f.yaml line 1: roles[0].password_valid_until is not a timestamp: ${timestamp}`,
    ],
    [
      'roles: [{ name: a, password_valid_until: 2025-12-31T00:00:0éZ }]',
      `f.yaml line 1: roles[0].password_valid_until is not a timestamp: ${timestamp}`,
    ],
    [
      'roles: [{ name: a, password_valid_until: "2025-12-31T00:00:0é" }]', // 20 bytes
      `f.yaml line 1: roles[0].password_valid_until is not a timestamp: ${timestamp}`,
    ],
    [
      'roles: [{ name: a, password_valid_until: "2025-02-30T00:00:00Z" }]',
      `f.yaml line 1: roles[0].password_valid_until is not a timestamp: ${timestamp}`,
    ],
    // Privileges and their objects
    [
      'grants: [{ role: a, privileges: [], object: { type: table, schema: s, name: t } }]',
      'f.yaml line 1: grants[0].privileges is empty: name at least one privilege',
    ],
    [
      'grants: [{ role: a, privileges: [USAGE, EXECUTE], object: { type: table, schema: s, name: t } }]',
      'f.yaml line 1: grants[0].privileges has USAGE, EXECUTE, which a table does not have: choose from SELECT, INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER, MAINTAIN',
    ],
    [
      'grants: [{ role: a, privileges: [SELECT], object: { type: tabel, schema: s, name: t } }]',
      `f.yaml line 1: grants[0].object.type is "tabel" (did you mean table?), must be ${objectTypes}`,
    ],
    [
      'grants: [{ role: a, privileges: [SELECT] }]',
      'f.yaml line 1: grants[0].object is missing: say what the privileges are on',
    ],
    [
      'grants: [{ role: a, privileges: [SELECT], object: { type: table, name: t } }]',
      'f.yaml line 1: grants[0].object lacks schema: say which schema the table is in',
    ],
    [
      'grants: [{ role: a, privileges: [SELECT], object: { type: table, schema: s } }]',
      'f.yaml line 1: grants[0].object lacks name: write the table\'s name or "*" for all',
    ],
    [
      'grants: [{ role: a, privileges: [SELECT], object: { type: table, schema: s, name: "" } }]',
      'f.yaml line 1: grants[0].object.name is empty: write a name, or * for all',
    ],
    [
      'grants: [{ role: a, privileges: [USAGE], object: { type: schema, schema: s } }]',
      'f.yaml line 1: grants[0].object has schema, but a schema is in no schema: write only name',
    ],
    [
      'grants: [{ role: a, privileges: [CONNECT], object: { type: database } }]',
      "f.yaml line 1: grants[0].object lacks name: write the database's name",
    ],
    [
      'grants: [{ role: a, privileges: [CONNECT], object: { type: database, name: "*" } }]',
      'f.yaml line 1: grants[0].object has name "*", which is not possible for a database: list each one by name',
    ],
    [
      'default_privileges: [{ schema: s, grant: [{ role: r, privileges: [SELECT], on_type: view }] }]',
      'f.yaml line 1: default_privileges[0].grant[0].on_type is "view", must be large_object or schema or type or domain or table or sequence or function or procedure or routine',
    ],
    [
      'default_privileges: [{ scope: { type: schema }, grant: [{ role: r, privileges: [SELECT], on_type: table }] }]',
      'f.yaml line 1: default_privileges[0].scope.schema is missing: say which schema',
    ],
    [
      'default_privileges: [{ scope: { type: global, schema: s }, grant: [{ role: r, privileges: [SELECT], on_type: table }] }]',
      'f.yaml line 1: default_privileges[0].scope.schema cannot be combined with type global, which means every schema: remove it',
    ],
    [
      'default_privileges: [{ schema: s, grant: [{ privileges: [SELECT], on_type: table }] }]',
      'f.yaml line 1: default_privileges[0].grant[0] lacks role: say who gets the privileges',
    ],
    [
      'grants: [{ role: a, privileges: [EXECUTE], object: { type: schema, name: s } }]',
      'f.yaml line 1: grants[0].privileges has EXECUTE, which a schema does not have: choose from CREATE, USAGE',
    ],
    [
      'default_privileges: [{ schema: s, grant: [] }]',
      'f.yaml line 1: default_privileges[0].grant is empty: name at least one grant',
    ],
    [
      'default_privileges: [{ grant: [{ role: r, privileges: [SELECT], on_type: table }] }]',
      'f.yaml line 1: default_privileges[0].schema is needed, or scope instead of it: write one of them',
    ],
    [
      'default_privileges: [{ owners: [], schema: s, grant: [{ role: r, privileges: [SELECT], on_type: table }] }]',
      'f.yaml line 1: default_privileges[0].owners is empty: name at least one owner',
    ],
    [
      'memberships: [{ role: g, members: [] }]',
      'f.yaml line 1: memberships[0].members is empty: name at least one member',
    ],
    [
      'memberships: [{ role: g, members: [{ name: public }] }]',
      'f.yaml line 1: memberships[0].members[0].name is a word PostgreSQL reserves, not a role',
    ],
    [
      'grants: [{ role: public, privileges: [USAGE], object: { type: schema, name: s } }]',
      'f.yaml line 1: grants[0].role is a word PostgreSQL reserves, not a role: everyone is PUBLIC, in upper case',
    ],
    [
      'grants: [{ role: a, privileges: [SELECT], object: { type: table, schema: s, name: t, columns: [] } }]',
      'f.yaml line 1: grants[0].object.columns is empty: name at least one column',
    ],
    [
      'retirements: [{ role: pg_monitor }]',
      'f.yaml line 1: retirements[0].role starts with pg_, which PostgreSQL reserves for its own roles',
    ],
    // Policies and Secrets
    [
      'kind: ConfigMap',
      'f.yaml line 1: kind must be PostgresPolicy or Secret, or left out in a manifest for the CLI',
    ],
    [
      'apiVersion: pgroles.io/v2\nkind: PostgresPolicy\nmetadata: { name: x }\nspec:\n' +
        connection,
      'f.yaml line 1: apiVersion is "pgroles.io/v2", must be pgroles.io/v1alpha1',
    ],
    [
      policy(`${connection}  interval: 5 minutes`),
      'f.yaml line 6: spec.interval is not a duration: write it like 30s, 5m or 1h30m',
    ],
    [
      policy(`${connection}  interval: 1h\n  max_interval: 30m`),
      'f.yaml line 7: spec.max_interval is shorter than interval',
    ],
    [
      policy(`${connection}  mode: dry`),
      'f.yaml line 6: spec.mode is "dry", must be apply or plan or observe',
    ],
    [
      policy(`${connection}  roles:\n    - name: a\n    - { name: b, login: 1 }`),
      'f.yaml line 8: spec.roles[1].login is a number, must be true or false',
    ],
    [
      policy('  connection: {}'),
      'f.yaml line 5: spec.connection needs exactly one of secretRef and params',
    ],
    [
      policy(
        '  connection: { params: { host: h, hostSecret: { name: s, key: k }, dbname: d, username: u } }',
      ),
      'f.yaml line 5: spec.connection.params.host is given twice: keep host or hostSecret',
      'f.yaml line 5: spec.connection.params.password is missing: write password or passwordSecret',
    ],
    [
      policy(`${connection}  roles: [{ name: a, login: true, password: { from_env: A } }]`),
      'f.yaml line 6: spec.roles[0].password.from_env is for manifests of the CLI: use secretRef or generate in a policy',
    ],
    [
      'apiVersion: v1\nkind: Secret\nmetadata: { name: UP }\nstringData: { a: b }',
      'f.yaml line 3: metadata.name is not a resource name: use lower case, digits, dots and dashes',
    ],
  ])('%j', (text, ...details) => {
    expect(verdict(text)).toEqual(details);
  });

  test('a file of several documents is reported by document number, and the other documents are read', () => {
    const text = `roles: [{ name: a }]\n---\nroles:\n  - name: 1\n---\n- x\n---\n# nothing\n---\n${policy(connection)}`;
    expect(verdict(text)).toEqual([
      'manifest',
      'f.yaml document 2 line 4: roles[0].name is a number, must be text',
      'f.yaml document 3 line 6: the document is a list, must be a map of keys',
      'policy',
    ]);
  });

  test('all problems are reported at once: the first in the message, each in the details', () => {
    const [document] = parseDocuments('roles: [{ name: 1 }, { name: pg_x }, { nam: b }]', 'f.yaml');
    if (document?.kind !== 'invalid') throw new Error('not invalid');
    expect(document.refusal.code).toBe('InvalidSpec');
    expect(document.refusal.message).toBe(
      'f.yaml line 1: roles[0].name is a number, must be text (and 3 more)',
    );
    expect(document.refusal.details).toHaveLength(4);
  });

  test('the message names the policy, if it can be read', () => {
    const refs = ['  mode: dry', '  roles: [{ name: 1 }]', '  roles: []\n  roles: []'].map(
      (spec) => {
        const [document] = parseDocuments(policy(spec), 'f.yaml');
        return document?.kind === 'invalid' ? document.ref : undefined;
      },
    );
    expect(refs).toEqual(Array(3).fill({ namespace: 'default', name: 'shop' }));
  });
});
