import { expect, test } from '@jest/globals';
import { decodeRows } from '../../core/inspect/live-rows.ts';
import type { Live } from '../../core/live.ts';
import { type Plan, planChanges, withUnrevocable } from '../../core/plan/plan.ts';
import { explainPlan } from '../../core/plan/explain.ts';
import { superuserLive } from './superuser.ts';
import { graphOf } from './parsed.ts';
import { roleRow } from './role-row.ts';
import fc from 'fast-check';

type Entry = readonly [grantee: string, grantor: string, privilege: string, grantable: boolean];

function tableWith(acl: readonly Entry[]): object[] {
  const schema = { kind: 'schema', name: 'app', owner: 'owner' };
  const table = { kind: 'table_grant', schema: 'app', name: 't', sql: 'app.t', group: null };
  return [schema, { ...table, owner: 'owner', count: 1, acl }];
}

const graph = graphOf(`
roles: [{ name: ana, external: true }, { name: ben, external: true }, { name: eve, external: true }]
grants: [{ role: ana, privileges: [INSERT], object: { type: table, schema: app, name: t } }]
`);

const roles = ['ana', 'ben', 'eve'].map(roleRow);

function planFor(acl: readonly Entry[], live: Live): Plan {
  const plan = planChanges(decodeRows([...roles, ...tableWith(acl)]), live);
  return withUnrevocable(plan, live, new Map());
}

const superuser = superuserLive(graph);

const manager: Live = {
  ...superuser,
  server: { ...superuser.server, user: 'manager', login: 'manager', superuser: false },
  rights: { ...superuser.rights, usable: ['owner'] },
};

const chain: readonly Entry[] = [
  ['ana', 'owner', 'INSERT', false],
  ['ana', 'owner', 'SELECT', true],
  ['ben', 'ana', 'SELECT', true],
  ['eve', 'ben', 'SELECT', false],
  ['eve', 'owner', 'UPDATE', false],
];

test('grants of a grantor out of reach stay, with the grants that they depend on, and the others are revoked', () => {
  const plan = planFor(chain, manager);
  expect(explainPlan(plan)).toEqual(['UPDATE on table t in schema app is revoked from eve']);
  expect(plan.findings.map(({ role, message }) => [role, message])).toEqual([
    [
      'ana',
      'ana has undeclared SELECT on app.t; before pgwarden can revoke it, run: SET ROLE "ana"; REVOKE SELECT ON TABLE app.t FROM "ben"; RESET ROLE;',
    ],
    [
      'ben',
      'ben has undeclared SELECT on app.t; manager cannot revoke it, only ana, one of its members or a superuser can: SET ROLE "ana"; REVOKE SELECT ON TABLE app.t FROM "ben"; RESET ROLE;',
    ],
    [
      'eve',
      'eve has undeclared SELECT on app.t; manager cannot revoke it, only ben, one of its members or a superuser can: SET ROLE "ben"; REVOKE SELECT ON TABLE app.t FROM "eve"; RESET ROLE;',
    ],
  ]);
});

test('a superuser revokes the whole chain, from its end', () => {
  const plan = planFor(chain, superuser);
  expect(plan.findings).toEqual([]);
  expect(explainPlan(plan)).toHaveLength(4);
});

test("the unrevocable grants do not depend on the order of the server's rows", () => {
  const twice: readonly Entry[] = [
    ...chain,
    ['ana', 'stranger', 'SELECT', true],
    ['outsider', 'ana', 'SELECT', false],
  ];
  const once = planFor(twice, superuser);
  expect(once.unrevocable).toHaveLength(1);
  const anyOrder = fc.shuffledSubarray([...twice], { minLength: twice.length });
  fc.assert(
    fc.property(anyOrder, (acl) => {
      const plan = planFor(acl, superuser);
      expect([plan.hash, plan.findings]).toEqual([once.hash, once.findings]);
    }),
  );
});

test('what keeps a grant on more tables than one statement names is reported once', () => {
  const acl: readonly Entry[] = [
    ['ana', 'owner', 'SELECT', true],
    ['ben', 'ana', 'SELECT', false],
  ];
  const names = Array.from({ length: 1_000 }, (_none, index) => `app.t${String(index)}`);
  const [schema, table] = tableWith(acl);
  const group = { ...table, name: null, sql: null, group: 'app tables', count: 1_000 };
  const live = { ...manager, graph: { ...graph, grants: [] } };
  const plan = planChanges(decodeRows([...roles, schema, group]), live);
  const { findings } = withUnrevocable(plan, live, new Map([['app tables', names]]));
  const ofAna = findings.filter(({ role }) => role === 'ana');
  expect(ofAna.map(({ message }) => message)).toEqual([
    expect.stringMatching(
      /^ana has undeclared SELECT on 500 tables; before pgwarden can revoke it, run: SET ROLE "ana"; REVOKE SELECT ON TABLE app\.t0, /,
    ),
  ]);
});
