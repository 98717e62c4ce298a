import { describe, expect, test } from '@jest/globals';
import { readPolicyResource } from '../../core/document/resource.ts';
import { decodeRows } from '../../core/inspect/live-rows.ts';
import { planChanges } from '../../core/plan/plan.ts';
import { explainPlan } from '../../core/plan/explain.ts';
import { renderPlan } from '../../core/plan/render.ts';
import { splitList } from '../../core/setting-list.ts';
import { superuserLive } from './superuser.ts';
import { graphOf, problemsOf } from './parsed.ts';
import { roleRow } from './role-row.ts';

describe('a list', () => {
  test.each([
    ['"$user", public', ['$user', 'public']],
    ['a,b ,  c', ['a', 'b', 'c']],
    ['"a, ""b""",C', ['a, "b"', 'C']],
    ['', ['']],
    ['""', ['']],
    ['  ', ['']],
  ])('%j is read as PostgreSQL reads it', (text, elements) => {
    expect(splitList(text)).toEqual(elements);
  });

  test.each(['a,', ',a', 'a b', '"a', '"a" b', 'a,,b'])('%j is no list', (text) => {
    expect(splitList(text)).toBeUndefined();
  });
});

describe('settings in a manifest', () => {
  test('are text by lower-case name, and lists by their elements', () => {
    const { roles } = graphOf(
      'roles: [{ name: a, config: { Work_Mem: 1MB, jit: false, SEARCH_PATH: "a, b", random_page_cost: 1.5 } }]',
    );
    expect(roles[0]?.config).toEqual({
      jit: 'false',
      random_page_cost: '1.5',
      search_path: ['a', 'b'],
      work_mem: '1MB',
    });
    expect(roles[0]?.databaseConfig).toBeUndefined();
  });

  test('of a profile get a schema as one element, whatever its name', () => {
    const { roles } = graphOf(`
profiles: { app: { config: { search_path: '{schema}_x, "{profile}"', application_name: '{schema}' } } }
schemas: [{ name: 'a, "b"', profiles: [app] }]`);
    expect(roles[0]?.config).toEqual({
      application_name: 'a, "b"',
      search_path: ['a, "b"_x', 'app'],
    });
  });

  test.each(['9007199254740993', '1.10', '007', '0x1F', '1e3', '-0', '+5', '.5', '1_000'])(
    'keep the text of a file: the number %s keeps every character',
    (number) => {
      const { roles } = graphOf(`
profiles: { app: { config: { app.x: ${number} } } }
schemas: [{ name: s, profiles: [app] }]
roles: [{ name: a, config: { app.x: ${number} }, database_config: { app.x: ${number} } }]`);
      const values = roles.flatMap(({ config, databaseConfig }) => [config, databaseConfig]);
      expect(values.filter((value) => value !== undefined)).toEqual(
        [1, 2, 3].map(() => ({ 'app.x': number })),
      );
    },
  );

  test.each([9007199254740992, 1e-7, 1e21])(
    'of a resource are refused if JSON does not keep the number: %d',
    (number) => {
      const spec = {
        connection: { secretRef: { name: 'db' } },
        roles: [{ name: 'a', config: { 'app.x': number } }],
      };
      const resource = {
        apiVersion: 'pgroles.io/v1alpha1',
        kind: 'PostgresPolicy',
        metadata: { name: 'shop' },
        spec,
      };
      expect(readPolicyResource(resource)).toMatchObject({
        kind: 'invalid',
        refusal: { message: expect.stringContaining('would be rounded: write it in quotes') },
      });
    },
  );

  test.each([
    ['{ config: { work_mem: 1MB, WORK_MEM: 1MB } }', 'config.WORK_MEM is set twice'],
    ['{ database_config: { search_path: "a b" } }', 'database_config.search_path is not a list'],
    [
      '{ config: { session_preload_libraries: "" } }',
      'config.session_preload_libraries has an empty',
    ],
    ['{ config: { Local_Preload_Libraries: \'a, ""\' } }', 'has an empty library name'],
    ['{ config: { "work mem": 1MB } }', 'config["work mem"] is not the name of a configuration'],
    ['{ config: { work_mem: [1] } }', 'config.work_mem must be text, a number, or true or false'],
    ['{ external: true, config: {} }', 'config is set for "r", an external role'],
    ['{ external: true, database_config: {} }', 'database_config is set for "r"'],
  ])('%s is refused', (settings, problem) => {
    const role = settings.replace('{', '{ name: r,');
    expect(problemsOf(`roles: [${role}]`)).toEqual([expect.stringContaining(problem)]);
  });
});

describe('a setting that starts sessions as another role', () => {
  const starting = (others: string, memberships = '[]', role = 'boss'): readonly string[] =>
    problemsOf(`
roles: [{ name: ana, config: { role: ${role} } }, ${others}]
memberships: ${memberships}`);

  test('is refused if the policy declares the role and does not let it become the other', () => {
    const refused = [expect.stringContaining('starts the sessions of "ana" as "boss"')];
    expect(starting('{ name: boss }')).toEqual(refused);
    expect(
      starting('{ name: boss }', '[{ role: boss, members: [{ name: ana, set: false }] }]'),
    ).toEqual(refused);
    expect(
      starting(
        '{ name: boss }, { name: staff }, { name: ben }',
        '[{ role: boss, members: [{ name: staff }] }, { role: staff, members: [{ name: ben }] }]',
      ),
    ).toEqual(refused);
  });

  test('is accepted with a membership, direct or indirect, or one that someone else may have made', () => {
    expect(starting('{ name: boss }', '[{ role: boss, members: [{ name: ana }] }]')).toEqual([]);
    expect(
      starting(
        '{ name: boss }, { name: staff }',
        '[{ role: boss, members: [{ name: staff }] }, { role: staff, members: [{ name: ana }] }]',
      ),
    ).toEqual([]);
    expect(starting('{ name: boss }', '[{ role: boss, members: [{ name: outside }] }]')).toEqual(
      [],
    );
    expect(starting('{ name: boss, external: true }')).toEqual([]);
    expect(starting('{ name: ben }')).toEqual([]);
    expect(starting('{ name: boss }', '[]', 'none')).toEqual([]);
    expect(starting('{ name: boss }', '[]', 'ana')).toEqual([]);
  });

  test('is refused in a profile, and accepted for a superuser', () => {
    const profile =
      'profiles: { p: { config: { role: boss } } }\nschemas: [{ name: s, profiles: [p] }]';
    expect(problemsOf(`${profile}\nroles: [{ name: boss }]`)).toEqual([
      expect.stringContaining('profiles.config.role starts the sessions of "s-p" as "boss"'),
    ]);
    expect(
      problemsOf('roles: [{ name: a, superuser: true, config: { role: b } }, { name: b }]'),
    ).toEqual([]);
  });
});

test('settings count as a changed role, unless the role is new, and losing a role to start as may lose access', () => {
  const graph = graphOf(`
roles:
  - { name: ana, config: { jit: off, work_mem: 2MB }, database_config: {} }
  - { name: ben, config: { jit: off } }`);
  const person = roleRow('ana');
  const settings = ['work_mem=1MB', 'role=boss'];
  const rows = decodeRows([
    person,
    { kind: 'role_setting', role: 'ana', here: false, settings },
    { kind: 'role_setting', role: 'ana', here: true, settings: ['jit=on'] },
  ]);
  const live = superuserLive(graph);
  const plan = planChanges(rows, live);
  expect(plan.summary).toMatchObject({ roles_created: 1, roles_altered: 1, total: 2 });
  expect(explainPlan(plan)).toEqual([
    'the setting role of role ana is reset',
    'the setting jit of role ana in database shop is reset',
    'role ben is created',
    'the setting work_mem of role ana is set',
    'the setting jit of role ana is set',
    'the setting jit of role ben is set',
  ]);
  expect(renderPlan(plan, live, new Map()).map(({ risk }) => risk)).toEqual([
    'loses access',
    ...Array.from({ length: 5 }, () => 'none'),
  ]);
});
