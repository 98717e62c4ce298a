import { describe, expect, test } from '@jest/globals';
import { checkPlan } from '../../core/plan/checks.ts';
import { decodeRows } from '../../core/inspect/live-rows.ts';
import type { Live } from '../../core/live.ts';
import type { Statement } from '../../core/statement.ts';
import { type Plan, groupsOf, planChanges } from '../../core/plan/plan.ts';
import { explainPlan } from '../../core/plan/explain.ts';
import { renderPlan } from '../../core/plan/render.ts';
import { kinds } from '../../core/registry.ts';
import { summarizeChanges, summaryLine } from '../../core/plan/summary.ts';
import { type World, rowsOf, worlds } from './world.ts';
import { retiredRow } from './retired-row.ts';
import { superuserLive } from './superuser.ts';
import { graphOf } from './parsed.ts';
import fc from 'fast-check';

function planOf(world: World, mode: Live['mode'] = 'authoritative'): Plan {
  return planChanges(rowsOf(world), superuserLive(world.graph, mode));
}

function statementsOf(world: World, mode: Live['mode'] = 'authoritative'): Statement[] {
  return statementsIn(planOf(world, mode), world, mode);
}

function statementsIn(plan: Plan, world: World, mode: Live['mode'] = 'authoritative'): Statement[] {
  const names = new Map(groupsOf(plan).map((group) => [group, [`${group} one`, `${group} two`]]));
  return renderPlan(plan, superuserLive(world.graph, mode), names);
}

const newTeam = graphOf(`
roles:
  - { name: staff }
  - { name: ana, login: true, password: { from_env: ANA } }
schemas: [{ name: app, owner: staff }]
grants:
  - { role: ana, privileges: [USAGE, CREATE], object: { type: schema, name: app } }
memberships: [{ role: staff, members: [{ name: ana }] }]
default_privileges:
  - { owner: staff, schema: app, grant: [{ role: ana, privileges: [SELECT, INSERT], on_type: table }] }
`);

describe('a plan', () => {
  test('is the same, byte for byte, for a manifest and a catalog in any order', () => {
    const pairs = worlds.chain(({ graph, rows }) => {
      const any = <T>(list: readonly T[]): fc.Arbitrary<T[]> =>
        fc.shuffledSubarray([...list], { minLength: list.length });
      const lists = fc.record({
        roles: any(graph.roles),
        schemas: any(graph.schemas),
        grants: any(graph.grants),
        defaultPrivileges: any(graph.defaultPrivileges),
        memberships: any(graph.memberships),
        absentMemberships: any(graph.absentMemberships),
        exclusiveGroups: any(graph.exclusiveGroups),
        ownerships: any(graph.ownerships),
        coverage: fc.constant(graph.coverage),
        retirements: any(graph.retirements),
      });
      return fc.record({
        one: fc.constant({ graph, rows }),
        other: fc.record({ graph: lists, rows: any(rows) }),
      });
    });
    fc.assert(
      fc.property(pairs, ({ one, other }) => {
        const [plan, shuffled] = [planOf(one), planOf(other)];
        const statements = JSON.stringify(statementsIn(plan, one));
        expect(JSON.stringify(statementsIn(shuffled, other))).toBe(statements);
        expect(shuffled.hash).toBe(plan.hash);
        expect(shuffled.summary).toEqual(plan.summary);
      }),
    );
  });

  test('revokes nothing in additive mode', () => {
    fc.assert(
      fc.property(worlds, (world) => {
        for (const { text, risk } of statementsOf(world, 'additive')) {
          expect(risk).toBe('none');
          expect(text).not.toMatch(/^(REVOKE|DROP|REASSIGN|ALTER ROLE|ALTER SCHEMA)|REVOKE /);
        }
      }),
    );
  });

  test('drops no role in adopt mode', () => {
    fc.assert(
      fc.property(worlds, (world) => {
        for (const { text } of statementsOf(world, 'adopt'))
          expect(text).not.toMatch(/^(DROP|REASSIGN|SELECT)/);
      }),
    );
  });

  test('has one sentence for each change', () => {
    fc.assert(
      fc.property(worlds, (world) => {
        const plan = planOf(world);
        const sentences = explainPlan(plan);
        expect(sentences).toHaveLength(plan.changes.length);
        for (const sentence of sentences) expect(sentence).toMatch(/^[^\n\0]+$/);
      }),
    );
  });

  test('counts the same whether counted at once or change by change', () => {
    fc.assert(
      fc.property(worlds, (world) => {
        const { summary, changes } = planOf(world);
        const { total, ...counts } = summary;
        expect(summarizeChanges(changes)).toEqual(summary);
        expect(Object.values(counts).reduce((sum, count) => sum + count, 0)).toBe(total);
        expect(total === 0).toBe(changes.length === 0);
      }),
    );
  });
});

describe('a plan for a new team', () => {
  const live = { ...superuserLive(newTeam), passwordVersions: { ana: 'v1' } };
  const plan = planChanges(decodeRows([]), live);

  test('creates what is needed before what needs it', () => {
    expect(renderPlan(plan, live, new Map()).map(({ text }) => text)).toEqual([
      'CREATE ROLE "ana" LOGIN',
      'CREATE ROLE "staff" NOLOGIN',
      'ALTER ROLE "ana" PASSWORD',
      'CREATE SCHEMA "app" AUTHORIZATION "staff"',
      'GRANT "staff" TO "ana" WITH INHERIT TRUE',
      'GRANT CREATE, USAGE ON SCHEMA "app" TO "ana"',
      'ALTER DEFAULT PRIVILEGES FOR ROLE "staff" IN SCHEMA "app" GRANT INSERT, SELECT ON TABLES TO "ana"',
    ]);
  });

  test('counts an edge, an object or a default privilege once, however many privileges it has', () => {
    expect(plan.summary).toEqual({
      roles_created: 2,
      roles_altered: 0,
      roles_dropped: 0,
      sessions_terminated: 0,
      schemas_created: 1,
      schema_owners_altered: 0,
      object_owners_altered: 0,
      grants_added: 1,
      grants_revoked: 0,
      default_privileges_set: 1,
      default_privileges_revoked: 0,
      members_added: 1,
      members_removed: 0,
      passwords_set: 1,
      total: 7,
    });
    expect(summaryLine(plan.summary)).toBe(
      '+2 roles +1 schema +1 grant +1 default privilege +1 membership ~1 password',
    );
  });

  test('has every key of the kinds in the order that they declare, and the total last', () => {
    expect(Object.keys(plan.summary)).toEqual([
      'roles_created',
      'roles_altered',
      'roles_dropped',
      'sessions_terminated',
      'schemas_created',
      'schema_owners_altered',
      'object_owners_altered',
      'grants_added',
      'grants_revoked',
      'default_privileges_set',
      'default_privileges_revoked',
      'members_added',
      'members_removed',
      'passwords_set',
      'total',
    ]);
    const declared = kinds.flatMap(({ summary }) => Object.entries(summary));
    const alike = new Set(declared.map(([key, field]) => JSON.stringify([key, field])));
    const places = new Set(declared.map(([, { place }]) => place));
    expect(alike.size).toBe(places.size);
    expect(alike.size).toBe(Object.keys(plan.summary).length - 1);
  });

  test('needs no password that does not exist, and shows the version of a password, not the password', () => {
    const without = planChanges(decodeRows([]), superuserLive(newTeam));
    expect(without.summary.passwords_set).toBe(0);
    expect(JSON.stringify(plan)).not.toMatch(/SCRAM|PASSWORD '/);
  });

  // If the hash covered a salt, or a version with one, an approved plan could never be applied.
  test('has a hash of its meaning: the password source, not the version with its salt', () => {
    const again = planChanges(decodeRows([]), { ...live, passwordVersions: { ana: 'pending' } });
    const roles = newTeam.roles.map((role) =>
      role.name === 'ana' ? { ...role, password: { from: 'env', variable: 'BEN' } as const } : role,
    );
    const other = planChanges(decodeRows([]), { ...live, graph: { ...newTeam, roles } });
    expect(again.hash).toBe(plan.hash);
    expect(other.hash).not.toBe(plan.hash);
    expect(plan.hash).toMatch(/^[0-9a-f]{64}$/);
  });
});

describe('statements', () => {
  const grants = graphOf(`
roles: [{ name: ana }]
grants: [{ role: ana, privileges: [SELECT], object: { type: table, schema: app, name: '*' } }]
`);
  const group = {
    kind: 'table_grant',
    schema: 'app',
    name: null,
    sql: null,
    group: 'g',
    owner: 'postgres',
    count: 1201,
    acl: [],
  };
  const rows = [
    { kind: 'schema', name: 'app', owner: 'postgres' },
    {
      kind: 'schema_grant',
      schema: null,
      name: 'app',
      sql: 'app',
      group: null,
      owner: 'postgres',
      count: 1,
      acl: [],
    },
    group,
  ];

  test('name at most 500 objects each, and each object once', () => {
    const tables = Array.from({ length: 1201 }, (_, index) => `app.t${String(index)}`);
    const live = superuserLive(grants);
    const plan = planChanges(decodeRows(rows), live);
    const texts = renderPlan(plan, live, new Map([['g', tables]]))
      .map(({ text }) => text)
      .filter((text) => text.includes('ON TABLE'));
    expect(texts.map((text) => text.split(', ').length)).toEqual([500, 500, 201]);
    const named = texts.flatMap((text) => text.match(/app\.t\d+/g) ?? []);
    expect(new Set(named)).toEqual(new Set(tables));
    expect(named).toHaveLength(tables.length);
  });

  test('show people the number of their objects, not a key', () => {
    const plan = planChanges(decodeRows(rows), superuserLive(grants));
    expect(explainPlan(plan)).toContain('SELECT on 1201 tables in schema app is granted to ana');
  });
});

describe('safety', () => {
  test('an objection names the first change that must not be made', () => {
    const graph = graphOf('roles: [{ name: heir }]\nretirements: [{ role: legacy }]');
    const live = superuserLive(graph);
    const held = {
      what: 'owned',
      where: 'here',
      revocable: false,
      granted: null,
      belonging: null,
      code: false,
    };
    const dependencies = [{ ...held, count: 1, objects: ['table app.t'] }];
    const plan = planChanges(decodeRows([{ ...retiredRow, dependencies }]), live);
    expect(() => {
      checkPlan(plan, live);
    }).toThrow('role "legacy" cannot be dropped: it owns table app.t');
  });
});
