import { describe, expect, test } from '@jest/globals';
import type { Authority } from '../../core/authorized.ts';
import { decodeRows } from '../../core/inspect/live-rows.ts';
import type { RoleRights } from '../../core/live.ts';
import { checkPlan } from '../../core/plan/checks.ts';
import { planChanges } from '../../core/plan/plan.ts';
import { type Entry, managerLive, objectWith, planFor } from './grant-rows.ts';
import { roleRow } from './role-row.ts';

const closedSchemas = [
  { schema: 'shop', owner: 'stranger' },
  { schema: 'app', owner: 'boss' },
];

interface Given {
  readonly rights?: Partial<RoleRights>;
  /** Rules besides that for table app.t. */
  readonly rules?: readonly string[];
  readonly more?: string;
  readonly acl?: readonly Entry[];
}

const external = (names: readonly string[]): string =>
  names.map((name) => `{ name: ${name}, external: true }`).join(', ');

const onTable =
  '{ role: ana, privileges: [SELECT], object: { type: table, schema: app, name: t } }';

const usage = (role: string, privilege = 'USAGE', schema = 'app'): string =>
  `{ role: ${role}, privileges: [${privilege}], object: { type: schema, name: ${schema} } }`;

/** Objects called app that are not schema app, each as the manifest names it and as the server reports it. */
const namesakes: readonly (readonly [target: string, row: object])[] = [
  ['type: sequence, schema: other, name: app', { kind: 'sequence_grant' }],
  ['type: type, schema: other, name: app', { kind: 'type_grant', subtype: 'type' }],
  ['type: domain, schema: other, name: app', { kind: 'type_grant', subtype: 'domain' }],
  ['type: language, name: app', { kind: 'language_grant', schema: null }],
  ['type: foreign_server, name: app', { kind: 'foreign_server_grant', schema: null }],
  ['type: foreign_data_wrapper, name: app', { kind: 'foreign_data_wrapper_grant', schema: null }],
];

const namesakeRows = namesakes.map(([, row]) =>
  objectWith([], { schema: 'other', name: 'app', sql: 'app', ...row }),
);

const absent = (rule: string): string => rule.replace(', object:', ', ensure: absent, object:');

const schemaRow = (name: string): object =>
  objectWith([], { kind: 'schema_grant', schema: null, name, sql: name, owner: 'boss' });

/** The authority for the first change of a kind in a policy for ana, whose SELECT on app.t is granted or revoked. */
function authorityFor(kind: string, given: Given): Authority {
  const { rights = {}, rules = [onTable], more = '', acl = [] } = given;
  const manifest = `roles: [${external(['ana', 'lead', 'manager'])}]\ngrants: [${rules.join(', ')}]\n${more}`;
  const live = managerLive(manifest, { usable: ['owner'], closedSchemas, ...rights });
  const people = ['ana', 'lead', 'manager', 'heir', 'boss', 'owner'].map(roleRow);
  const schemas = ['app', 'shop', 'other'].flatMap((name) => [
    { kind: 'schema', name, owner: 'boss' },
    schemaRow(name),
  ]);
  const rows = [...people, ...schemas, ...namesakeRows, objectWith(acl)];
  const { changes, unrevocable } = planChanges(decodeRows(rows), live);
  const all = [...changes, ...unrevocable.map(({ change }) => change)];
  const change = all.find(({ fact }) => fact.kind === kind);
  if (change === undefined) throw new Error(`no change of ${kind}`);
  return change.authority;
}

describe('a change in a schema on which the connected role lacks USAGE', () => {
  test('needs the rights of the owner of the schema', () => {
    expect(authorityFor('table_grant', {})).toEqual({
      needs: [{ role: 'owner', right: 'privileges', means: 'held' }],
      unmet: [{ role: 'boss', right: 'privileges', besides: true }],
      lacks: [],
      closedTo: 'boss',
    });
  });

  test('is refused with the rights that are lacking', () => {
    const manifest = `roles: [${external(['ana'])}]\ngrants: [${onTable}]`;
    const live = managerLive(manifest, { usable: ['owner'], closedSchemas });
    expect(() => {
      checkPlan(planFor(live, [objectWith([])]), live);
    }).toThrow(
      'lacks the rights of role "boss", which is required for: SELECT on table t in schema app is granted to ana',
    );
  });

  const byRole = (role: string, rights: Partial<RoleRights> = {}): Given => ({
    rights,
    rules: [onTable, usage(role)],
  });

  test.each<[string, Given]>([
    ['it has the rights of the owner', { rights: { usable: ['owner', 'boss'] } }],
    ['it inherits the rights of the owner', { rights: { inherited: ['boss'] } }],
    ['it can join the owner', { rights: { grantable: ['boss'] } }],
    ['it becomes the owner of the table', { rights: { usable: [], settable: ['owner'] } }],
    ['another schema is closed', { rights: { closedSchemas: closedSchemas.slice(0, 1) } }],
    ['the policy grants USAGE to it', byRole('manager')],
    ['the policy grants USAGE to everyone', byRole('PUBLIC')],
    ['a role that it is a member of gets USAGE', byRole('lead', { usable: ['owner', 'lead'] })],
    ['a role that it inherits gets USAGE', byRole('lead', { inherited: ['lead'] })],
    ['the schema gets another owner', { more: 'schemas: [{ name: app, owner: heir }]' }],
  ])('is possible where %s', (_what, given) => {
    expect(authorityFor('table_grant', given).unmet).toEqual([]);
  });

  test.each<[string, Given]>([
    ['it can become the owner, but needs other rights too', { rights: { settable: ['boss'] } }],
    ['a role that it can only become gets USAGE', byRole('lead', { settable: ['lead'] })],
    ['another role gets USAGE', byRole('lead')],
    ['it gets another privilege', { rules: [onTable, usage('manager', 'CREATE')] }],
    ['it gets USAGE on another schema', { rules: [onTable, usage('manager', 'USAGE', 'shop')] }],
    ['the policy declares its USAGE absent', { rules: [onTable, absent(usage('manager'))] }],
    ['the policy declares USAGE of PUBLIC absent', { rules: [onTable, absent(usage('PUBLIC'))] }],
    ...namesakes.map(([target]): [string, Given] => [
      `it gets USAGE on another object of that name (${target})`,
      { rules: [onTable, `{ role: manager, privileges: [USAGE], object: { ${target} } }`] },
    ]),
    ['the schema keeps its owner', { more: 'schemas: [{ name: app, owner: boss }]' }],
    ['no owner of the schema is declared', { more: 'schemas: [{ name: app }]' }],
    ['another schema gets another owner', { more: 'schemas: [{ name: shop, owner: heir }]' }],
  ])('is not possible where %s', (_what, given) => {
    expect(authorityFor('table_grant', given).unmet).toEqual([
      { role: 'boss', right: 'privileges', besides: true },
    ]);
  });

  test('needs nothing of its owner if it is made as the grantor, who then needs USAGE', () => {
    const acl: Entry[] = [['ana', 'stranger', 'SELECT', false, 'boss']];
    const rights = { usable: ['stranger'], settable: ['boss'] };
    expect(authorityFor('table_grant', { rules: [], acl, rights })).toMatchObject({
      needs: [
        { role: 'stranger', right: 'become', means: 'held' },
        { role: 'boss', right: 'privileges', means: 'taken on' },
      ],
      unmet: [],
      closedTo: 'boss',
    });
  });

  test.each([
    ['default privileges', 'default_privilege'],
    ['a privilege on the schema itself', 'schema_grant'],
  ])('does not count %s', (_what, kind) => {
    const entry =
      'owner: owner, schema: app, grant: [{ role: ana, on_type: table, privileges: [SELECT] }]';
    const given = { rules: [usage('ana')], more: `default_privileges: [{ ${entry} }]` };
    expect(authorityFor(kind, given).closedTo).toBeUndefined();
  });
});
