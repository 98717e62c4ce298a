import { describe, expect, test } from '@jest/globals';
import type { RoleGraph } from '../../core/graph.ts';
import { decodeRows } from '../../core/inspect/live-rows.ts';
import { type Plan, planChanges } from '../../core/plan/plan.ts';
import { explainPlan } from '../../core/plan/explain.ts';
import { renderPlan } from '../../core/plan/render.ts';
import { superuserLive, emptyGraph } from './superuser.ts';
import { graphOf, problemsOf } from './parsed.ts';
import { roleRow } from './role-row.ts';

const people = ['maker', 'reader', 'human'].map(roleRow);
const app = { kind: 'schema', name: 'app', owner: 'postgres' };

const defaults = (schema: string | null, letter: string, acl: readonly unknown[]): object => ({
  ...{ kind: 'default_privilege', owner: 'maker' },
  ...{ schema, letter, acl },
});

function planOf(manifest: string, rows: readonly object[]): Plan {
  return planChanges(decodeRows([...people, app, ...rows]), superuserLive(graphOf(manifest)));
}

const absentEverywhere = `
default_privileges:
  - owner: maker
    scope: { type: global }
    grant: [{ role: PUBLIC, privileges: [EXECUTE], on_type: function, ensure: absent }]`;

const absentInApp = `
default_privileges:
  - owner: maker
    schema: app
    grant: [{ role: PUBLIC, privileges: [EXECUTE], on_type: function, ensure: absent }]`;

describe('the built-in default', () => {
  test('is revoked if there is no global row, and not if there is one', () => {
    const plan = planOf(absentEverywhere, []);
    expect(explainPlan(plan)).toEqual([
      'EXECUTE on functions that maker creates is no longer granted to PUBLIC',
    ]);
    expect(plan.summary).toMatchObject({ default_privileges_revoked: 1, total: 1 });
    expect(planOf(absentEverywhere, [defaults(null, 'f', [])]).changes).toEqual([]);
    const revoked = [defaults(null, 'f', [['PUBLIC', 'EXECUTE', false]])];
    expect(planOf(absentEverywhere, revoked).changes).toHaveLength(1);
  });

  test('that a schema cannot remove is reported, unless it is removed globally', () => {
    const all = [
      {
        code: 'OutsidePolicy',
        role: 'PUBLIC',
        message:
          'PUBLIC still gets EXECUTE on functions that maker creates in schema app, because global default privileges grant them: declare them absent with scope: { type: global }',
      },
    ];
    expect(planOf(absentInApp, []).findings).toEqual(all);
    expect(planOf(absentInApp, []).changes).toEqual([]);
    expect(planOf(absentInApp, [defaults(null, 'f', [])]).findings).toEqual([]);
    const both = `${absentInApp}${absentEverywhere.replace('\ndefault_privileges:', '')}`;
    expect(planOf(both, []).findings).toEqual([]);
    const sometimes = `${absentInApp}${absentEverywhere.replace('\ndefault_privileges:', '').replace(', ensure: absent', '')}`;
    expect(planOf(sometimes, []).findings).toEqual(all);
  });
});

describe('undeclared default privileges', () => {
  const toReader = [['reader', 'SELECT', false]];
  const rows = [defaults(null, 'r', toReader), defaults('app', 'r', toReader)];
  const declared =
    'roles: [{ name: reader, preserve_undeclared_grants: true }]\ncoverage: declared';

  test('in a schema are drift; global ones only if the policy declares some of that owner', () => {
    expect(explainPlan(planOf(declared, rows))).toEqual([
      'SELECT on tables that maker creates in schema app is no longer granted to reader',
    ]);
    expect(explainPlan(planOf(`${declared}${absentEverywhere}`, rows))).toEqual([
      'EXECUTE on functions that maker creates is no longer granted to PUBLIC',
      'SELECT on tables that maker creates is no longer granted to reader',
      'SELECT on tables that maker creates in schema app is no longer granted to reader',
    ]);
    expect(
      planOf(declared.replace('coverage: declared', 'coverage: database'), rows).changes,
    ).toHaveLength(2);
  });

  test('of other roles are no drift, nor is a type of a later PostgreSQL', () => {
    const others = [
      defaults('app', 'r', [['human', 'SELECT', false]]),
      defaults('app', '?', toReader),
    ];
    expect(planOf(declared, others).changes).toEqual([]);
  });

  test('of an external role are drift', () => {
    const external = 'roles: [{ name: reader, external: true }]';
    expect(planOf(external, rows).changes).toHaveLength(1);
  });
});

test('a retired owner has none left, unless the mode keeps the role', () => {
  const graph: RoleGraph = {
    ...emptyGraph,
    retirements: [
      {
        ...{ role: 'maker', reassignOwnedTo: undefined, dropOwned: false },
        ...{ terminateSessions: false, allowDataLoss: false, adoptCode: false },
      },
    ],
  };
  const rows = decodeRows([
    ...people,
    defaults(null, 'S', [['PUBLIC', 'USAGE', false]]),
    defaults('app', 'r', [
      ['human', 'SELECT', true],
      ['human', 'INSERT', false],
    ]),
  ]);
  const live = superuserLive(graph);
  expect(
    renderPlan(planChanges(rows, live), live, new Map()).map(
      ({ text, risk }) => `${text}; ${risk}`,
    ),
  ).toEqual([
    'ALTER DEFAULT PRIVILEGES FOR ROLE "maker" REVOKE ALL ON SEQUENCES FROM PUBLIC, "maker"; none',
    'ALTER DEFAULT PRIVILEGES FOR ROLE "maker" GRANT ALL ON SEQUENCES TO "maker"; none',
    'ALTER DEFAULT PRIVILEGES FOR ROLE "maker" IN SCHEMA "app" REVOKE ALL ON TABLES FROM "human", "maker"; none',
  ]);
  expect(planChanges(rows, { ...live, mode: 'adopt', managed: new Set() }).changes).toEqual([]);
});

test.each([
  [
    'profiles: { p: { default_privileges: [{ privileges: [USAGE], on_type: schema }] } }\nschemas: [{ name: s, profiles: [p] }]',
    'profiles.p.default_privileges[0].on_type applies to schemas, which are in no schema',
  ],
  [
    'default_privileges: [{ owner: o, schema: s, grant: [{ role: r, privileges: [SELECT], on_type: large_object }] }]',
    'default_privileges[0].grant[0].on_type applies to large objects, which are in no schema',
  ],
  [
    'default_privileges: [{ owners: [o, r], scope: { type: global }, grant: [{ role: r, privileges: [SELECT], on_type: table, ensure: absent }] }]',
    'default_privileges[0].grant[0].role declares privileges absent that "r" has as owner',
  ],
])('%s is refused', (manifest, problem) => {
  expect(problemsOf(manifest)).toEqual([expect.stringContaining(problem)]);
});
