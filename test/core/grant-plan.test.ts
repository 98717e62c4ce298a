import { describe, expect, test } from '@jest/globals';
import type { Live } from '../../core/live.ts';
import { explainPlan } from '../../core/plan/explain.ts';
import { renderPlan } from '../../core/plan/render.ts';
import { revocationOf } from '../../core/plan/revocation.ts';
import { type Entry, objectWith, planFor, sqlFor, superuserSql, tableRules } from './grant-rows.ts';
import { graphOf } from './parsed.ts';
import { retiredRow } from './retired-row.ts';
import { superuserLive } from './superuser.ts';

describe('a role that is retired with what it owns', () => {
  const manifest = `
roles: [{ name: ana, external: true }]
retirements: [{ role: legacy, drop_owned: true, allow_data_loss: true }]
grants: [{ role: ana, privileges: [INSERT], object: { type: table, schema: app, name: t } }]`;
  const objects = [
    retiredRow,
    objectWith([['ana', 'legacy', 'SELECT', false]], { owner: 'legacy' }),
  ];
  const grants = (mode: Live['mode']): string[] =>
    explainPlan(planFor(superuserLive(graphOf(manifest), mode), objects)).filter((line) =>
      line.includes('table'),
    );

  test('loses it, so that nothing is granted on it or revoked from it', () => {
    expect(grants('authoritative')).toEqual([]);
  });

  test('keeps it in adopt mode, so that its grants are as declared', () => {
    expect(grants('adopt')).toEqual([
      'SELECT on table t in schema app is revoked from ana',
      'INSERT on table t in schema app is granted to ana',
    ]);
  });
});

describe('when a policy is deleted', () => {
  const manifest = `
grants: [{ role: PUBLIC, privileges: [USAGE, CREATE], object: { type: schema, name: public } }]`;
  const everyone = (owner: string): Entry[] => [
    ['PUBLIC', owner, 'CREATE', false],
    ['PUBLIC', owner, 'USAGE', false],
  ];
  const publicSchema = { kind: 'schema_grant', schema: null, name: 'public', sql: 'public' };
  const revoked = (major: number, acl: readonly Entry[]): string[] => {
    const live = superuserLive(revocationOf(graphOf(manifest)), 'revoke');
    const server = { ...live.server, major };
    return sqlFor({ ...live, server }, [objectWith(acl, publicSchema)]);
  };

  test('PUBLIC keeps what initdb grants it on schema public: CREATE only before PostgreSQL 15', () => {
    expect(revoked(14, everyone('owner'))).toEqual([]);
    for (const major of [15, 16])
      expect(revoked(major, everyone('owner'))).toEqual([
        'REVOKE CREATE ON SCHEMA public FROM PUBLIC',
      ]);
  });

  test('PUBLIC loses what someone else than the owner granted it', () => {
    expect(revoked(18, everyone('stranger'))).toEqual([
      'as stranger: REVOKE CREATE, USAGE ON SCHEMA public FROM PUBLIC',
    ]);
  });
});

describe('absence', () => {
  const rules = (type: string, name: string): string => `
grants:
  - { role: ana, privileges: [USAGE], ensure: absent, object: { type: ${type}, schema: app, name: '${name}' } }`;
  const typeRow = (subtype: string, given: object): object =>
    objectWith([], { kind: 'type_grant', subtype, ...given });

  test('of a privilege on all domains says nothing of other types', () => {
    const acl: Entry[] = [['ana', 'owner', 'USAGE', false]];
    const granted = typeRow('type', { name: null, sql: null, group: 'g', acl });
    expect(superuserSql(rules('domain', '*'), [granted])).toEqual([]);
  });

  test('for the owner of an object is reported with the number and the type of its objects', () => {
    const messages = (mode: Live['mode'], row: object): string[] => {
      const live = superuserLive(graphOf(rules('type', '*').replace('ana', 'owner')), mode);
      return planFor(live, [row]).findings.map(({ message }) => message.replace(/ and so.*/, ''));
    };
    const group = { name: null, sql: null, group: 'g' };
    const domains = typeRow('domain', { ...group, count: 2 });
    const domain = typeRow('domain', { ...group, count: 1 });
    const types = typeRow('type', { ...group, count: 3 });
    expect(messages('authoritative', domains)).toEqual([
      'role "owner" owns 2 domains in schema "app"',
    ]);
    expect(messages('authoritative', domain)).toEqual([
      'role "owner" owns 1 domain in schema "app"',
    ]);
    expect(messages('authoritative', types)).toEqual(['role "owner" owns 3 types in schema "app"']);
    expect(messages('additive', domains)).toEqual([]);
    expect(messages('revoke', domains)).toEqual([]);
  });
});

describe('what the version of the server has not', () => {
  const refusal = (manifest: string, major: number): unknown => {
    const live = superuserLive(graphOf(manifest));
    try {
      return planFor({ ...live, server: { ...live.server, major } }, []);
    } catch (error) {
      return error;
    }
  };

  test('is refused in a default privilege, unless that is on another type', () => {
    const defaults = (type: string, privilege: string): string => `
roles: [{ name: ana }, { name: ben }]
schemas: [{ name: app }]
default_privileges:
  - { owner: ben, schema: app, grant: [{ role: ana, privileges: [${privilege}], on_type: ${type} }] }`;
    expect(refusal(defaults('table', 'MAINTAIN'), 16)).toMatchObject({
      code: 'UnsupportedServer',
      message: expect.stringContaining('MAINTAIN on tables (in 17 and later)'),
    });
    expect(refusal(defaults('table', 'MAINTAIN'), 17)).not.toHaveProperty('code');
    expect(refusal(defaults('table', 'SELECT'), 16)).not.toHaveProperty('code');
  });

  test('is refused on an object type, from the version before it', () => {
    const parameter = `
roles: [{ name: ana }]
grants: [{ role: ana, privileges: [SET], object: { type: parameter, name: work_mem } }]`;
    expect(refusal(parameter, 14)).toMatchObject({
      code: 'UnsupportedServer',
      message: expect.stringContaining('grants on parameters (in 15 and later)'),
    });
    expect(refusal(parameter, 15)).not.toMatchObject({ code: 'UnsupportedServer' });
  });
});

describe('people read', () => {
  const rules = `
roles: [{ name: ana, external: true }]
grants: [{ role: ana, privileges: [USAGE], object: { type: domain, schema: app, name: '*' } }]`;
  const group = { kind: 'type_grant', name: null, sql: null, group: 'g' };

  test.each<[string, object, readonly Entry[]]>([
    ['USAGE on 2 domains in schema app is granted to ana', { subtype: 'domain', count: 2 }, []],
    ['USAGE on 1 domain in schema app is granted to ana', { subtype: 'domain', count: 1 }, []],
    [
      'USAGE on 3 types in schema app is revoked from ana',
      { subtype: 'type', count: 3 },
      [['ana', 'owner', 'USAGE', false]],
    ],
  ])('%s', (sentence, given, acl) => {
    const plan = planFor(superuserLive(graphOf(rules)), [objectWith(acl, { ...group, ...given })]);
    expect(explainPlan(plan)).toEqual([sentence]);
  });

  test('no schema of a schema', () => {
    const onSchema = rules.replace(/{ type: .*? }/, '{ type: schema, name: app }');
    const schema = { kind: 'schema_grant', schema: null, name: 'app', sql: 'app' };
    const plan = planFor(superuserLive(graphOf(onSchema)), [objectWith([], schema)]);
    expect(explainPlan(plan)).toEqual(['USAGE on schema app is granted to ana']);
  });
});

describe('statements about many objects', () => {
  test('are no more than needed where their number is exactly what one statement takes', () => {
    const rules = `
roles: [{ name: ana, external: true }]
grants: [{ role: ana, privileges: [UPDATE, SELECT], object: { type: table, schema: app, name: '*' } }]`;
    const live = superuserLive(graphOf(rules));
    const plan = planFor(live, [objectWith([], { name: null, sql: null, group: 'g', count: 500 })]);
    const tables = Array.from({ length: 500 }, (_, index) => `app.t${String(index)}`);
    const statements = renderPlan(plan, live, new Map([['g', tables]]));
    expect(statements.map(({ text }) => text.slice(0, 28))).toEqual([
      'GRANT SELECT, UPDATE ON TABL',
    ]);
    expect(statements.map(({ why }) => why)).toEqual(['ana lacks SELECT, UPDATE on 500 tables']);
    expect(statements.map(({ affects }) => affects)).toEqual([['ana']]);
    expect(plan.summary).toMatchObject({ grants_added: 500, grants_revoked: 0, total: 500 });
  });

  test('count a revocation of several privileges once for each object and grantee', () => {
    const acl: Entry[] = [
      ['ana', 'owner', 'SELECT', false],
      ['ana', 'owner', 'UPDATE', false],
      ['ben', 'owner', 'SELECT', false],
    ];
    const live = superuserLive(graphOf(tableRules(['ana', 'ben'])));
    const others = ['t', 'u'].map((name) => objectWith(acl, { name, sql: `app.${name}` }));
    expect(planFor(live, others).summary).toMatchObject({ grants_revoked: 4, grants_added: 0 });
  });
});
