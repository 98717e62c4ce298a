import { describe, expect, test } from '@jest/globals';
import { decodeRows } from '../../core/inspect/live-rows.ts';
import { finished } from '../../core/parts.ts';
import { explainInParts } from '../../core/plan/explain.ts';
import { planChanges } from '../../core/plan/plan.ts';
import { dueSteps, refuseEndlessSteps, statementsOf } from '../../core/plan/steps.ts';
import type { Statement } from '../../core/statement.ts';
import { graphOf } from './parsed.ts';
import { roleRow } from './role-row.ts';
import { superuserLive } from './superuser.ts';

describe('the steps before the transaction of a plan', () => {
  const step = (ahead: Statement['ahead'], why: string, risk: Statement['risk']): Statement => ({
    text: why,
    why,
    risk,
    affects: [],
    ...(ahead === undefined ? {} : { ahead }),
  });
  const statements = [
    step(undefined, 'main', 'loses access'),
    step({ stage: 'clean', database: 'b' }, 'lend', 'none'),
    step({ stage: 'clean', database: 'b' }, 'revoke', 'loses access'),
    step({ stage: 'clean', database: 'b' }, 'revoke', 'loses access'),
    step({ stage: 'clean', database: 'b' }, 'drop', 'loses access'),
    step({ stage: 'clean', database: 'a' }, 'create', 'none'),
    step({ stage: 'clean', database: 'a' }, 'also create', 'none'),
    step({ stage: 'prepare' }, 'no new sessions', 'loses access'),
  ];

  test('are taken by stage, then by database, and say once what they take away', () => {
    expect(dueSteps(statements)).toEqual([
      { stage: 'prepare', line: 'no new sessions' },
      { stage: 'clean', database: 'a', line: 'create' },
      { stage: 'clean', database: 'b', line: 'drop; revoke' },
    ]);
  });

  test('run only their own statements', () => {
    const textsOf = (ahead?: NonNullable<Statement['ahead']>): string[] =>
      statementsOf(statements, ahead).map(({ text }) => text);
    expect(textsOf()).toEqual(['main']);
    expect(textsOf({ stage: 'prepare' })).toEqual(['no new sessions']);
    expect(textsOf({ stage: 'clean', database: 'a' })).toEqual(['create', 'also create']);
  });

  test('are given up when they are due after five rounds', () => {
    const due = dueSteps(statements);
    expect(() => {
      refuseEndlessSteps(due, 4);
    }).not.toThrow();
    expect(() => {
      refuseEndlessSteps(due, 5);
    }).toThrow(/: no new sessions; create; drop; revoke$/);
  });
});

describe('a plan', () => {
  test('names the object of each change for programs, without fields that have no value', () => {
    const schema = { kind: 'schema', name: 'app', owner: 'postgres' };
    const grants = { kind: 'schema_grant', schema: null, name: 'app', sql: 'app', group: null };
    const rows = [schema, { ...grants, owner: 'postgres', count: 1, acl: [] }];
    const live = superuserLive(
      graphOf(`
roles: [{ name: ana }]
grants: [{ role: ana, privileges: [USAGE], object: { type: schema, name: app } }]`),
    );
    const { changes } = planChanges(decodeRows(rows), live);
    expect(finished(explainInParts(changes))).toEqual([
      { op: 'create', kind: 'role', id: { name: 'ana' }, explanation: 'role ana is created' },
      {
        op: 'create',
        kind: 'schema_grant',
        id: { object: 'app', grantee: 'ana', grantor: 'postgres', privilege: 'USAGE' },
        explanation: 'USAGE on schema app is granted to ana',
      },
    ]);
  });

  test('does not count the password of a role that it creates as uncertain, unlike that of one that is there', () => {
    const graph = graphOf('roles: [{ name: ana, login: true, password: { from_env: ANA } }]');
    const live = { ...superuserLive(graph), passwordVersions: { ana: 'v1' } };
    const present = [
      { ...roleRow('ana'), login: true },
      { kind: 'password', role: 'ana' },
    ];
    expect(planChanges(decodeRows([]), live).uncertain).toBe(0);
    expect(planChanges(decodeRows(present), live)).toMatchObject({
      uncertain: 1,
      summary: { passwords_set: 1, total: 1 },
    });
  });
});
