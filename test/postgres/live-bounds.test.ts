import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { parseBounds, rulesFor } from '../../core/bounds/parse.ts';
import { Refusal } from '../../core/refusal.ts';
import { applyPlan } from '../../postgres/apply.ts';
import { planDatabase } from '../../postgres/plan.ts';
import type { Rig } from './rig.ts';
import { intentOf, openRig, someMajors, urlWith } from './rig.ts';

describe.each(someMajors)('bounds on PostgreSQL %d', (major) => {
  let rig: Rig;
  let names: Readonly<Record<'app' | 'boss' | 'team' | 'reader' | 'manager' | 'work', string>>;

  beforeEach(async () => {
    rig = await openRig(major);
    names = {
      app: rig.role('shop_app'),
      boss: rig.role('shop_boss'),
      team: rig.role('shop_team'),
      reader: rig.role('shop_reader'),
      manager: rig.role('shop_manager'),
      work: rig.role('shop_work'),
    };
    const { app, boss, team, reader, manager, work } = names;
    await rig.sql(`
      CREATE ROLE ${boss} SUPERUSER; CREATE ROLE ${team} IN ROLE ${boss}; CREATE ROLE ${app};
      CREATE ROLE ${reader} IN ROLE pg_read_all_data;
      CREATE ROLE ${work} CREATEROLE; CREATE ROLE ${manager} LOGIN PASSWORD 'm' IN ROLE ${work};
      CREATE SCHEMA app;
      CREATE FUNCTION app.f() RETURNS int LANGUAGE sql SECURITY DEFINER AS 'SELECT 1';
      ALTER FUNCTION app.f() OWNER TO ${app}`);
  });
  afterEach(() => rig.close());

  const rulesOf = (fields: string) =>
    rulesFor(parseBounds(`[{ name: r, namespaces: ['*'], ${fields} }]`, 'b.yaml'), 'shop');

  /** The code and the lines of the refusal, if there is one. A refused policy changes nothing. */
  async function outcome(fields: string, manifest: string, database = rig.database) {
    const intent = { ...intentOf(manifest), rules: rulesOf(fields) };
    const planned = await planDatabase(database, intent).catch((error: unknown) => error);
    const applied = await applyPlan(database, intent, { passwords: new Map() }).catch(
      (error: unknown) => error,
    );
    const lines = [planned, applied].map((found) =>
      found instanceof Refusal ? [found.code, ...found.details] : 'within',
    );
    expect(lines[1]).toEqual(lines[0]);
    return lines[0];
  }

  const forbids = 'forbidden_attributes: [superuser, createrole]';
  const joins = (group: string) =>
    `memberships: [{ role: ${group}, members: [{ name: ${names.app} }] }]`;

  test('let no role join a superuser, by any name and path', async () => {
    const { app, boss, team } = names;
    expect(await outcome(forbids, joins(boss))).toEqual([
      'PolicyOutOfBounds',
      `rule r: makes role "${app}" a member of "${boss}", which is equivalent to superuser, but forbidden_attributes are superuser, createrole`,
    ]);
    expect(await outcome(forbids, joins(team))).toEqual([
      'PolicyOutOfBounds',
      `rule r: makes role "${app}" a member of "${team}", a member of "${boss}", which is equivalent to superuser, but forbidden_attributes are superuser, createrole`,
    ]);
    const between = rig.role('between');
    const twice = `roles: [{ name: ${between} }]
memberships: [{ role: ${between}, members: [{ name: ${app} }] }, { role: ${team}, members: [{ name: ${between} }] }]`;
    expect((await outcome(forbids, twice))?.[0]).toBe('PolicyOutOfBounds');
    expect(await outcome('forbidden_attributes: [replication]', joins(team))).toBe('within');
  });

  test('let no role join one that reads all passwords, unless the rule allows it', async () => {
    const { reader } = names;
    expect((await outcome(forbids, joins(reader)))?.[0]).toBe('PolicyOutOfBounds');
    const monitor = 'predefined_roles: [pg_monitor]';
    expect((await outcome(monitor, joins(reader)))?.[1]).toBe(
      `rule r: makes role "${names.app}" a member of "${reader}", a member of "pg_read_all_data", but predefined_roles are pg_monitor`,
    );
    expect(await outcome(`${forbids}, predefined_roles: [pg_read_all_data]`, joins(reader))).toBe(
      'within',
    );
  });

  test.each<[string, () => string]>([
    ['its password', () => `roles: [{ name: ${names.team}, login: true }]`],
    [
      'the sessions of another',
      () => `roles: [{ name: ${names.app}, config: { role: ${names.boss} } }]`,
    ],
    [
      'a function that it is given',
      () =>
        `ownership: [{ owner: ${names.boss}, object: { type: function, schema: app, name: f() } }]`,
    ],
    [
      'every function that it is given',
      () =>
        `ownership: [{ owner: ${names.boss}, adopt_code: true, object: { type: function, schema: app, name: '*' } }]`,
    ],
    [
      'what a retired role wrote',
      () =>
        `retirements: [{ role: ${names.app}, reassign_owned_to: ${names.team}, adopt_code: true, drop_owned: true }]`,
    ],
  ])('let no role act as a superuser through %s', async (_what, manifest) => {
    expect((await outcome(forbids, manifest()))?.[0]).toBe('PolicyOutOfBounds');
  });

  test('let no policy declare an external superuser that its mode keeps', async () => {
    const { boss } = names;
    const spec = `roles: [{ name: ${boss}, login: true }]`;
    const intent = { ...intentOf(spec), rules: rulesOf(forbids) };
    const adding = { ...intent, mode: 'additive' as const };
    await expect(planDatabase(rig.database, adding)).rejects.toMatchObject({
      code: 'PolicyOutOfBounds',
    });
    expect(await outcome(forbids, spec)).toBe('within');
    const { rows } = await rig.sql(
      `SELECT rolsuper AS superuser FROM pg_roles WHERE rolname = '${boss}'`,
    );
    expect(rows).toEqual([{ superuser: false }]);
  });

  test.each<[string, () => string]>([
    [
      'every function but code',
      () =>
        `ownership: [{ owner: ${names.boss}, object: { type: function, schema: app, name: '*' } }]`,
    ],
    [
      'every table',
      () =>
        `ownership: [{ owner: ${names.team}, object: { type: table, schema: app, name: '*' } }]`,
    ],
    [
      'what a retired role owned',
      () =>
        `retirements: [{ role: ${names.app}, reassign_owned_to: ${names.boss}, drop_owned: true }]`,
    ],
  ])('give %s to a superuser only if the rule names it as an owner', async (_what, manifest) => {
    const { boss, team } = names;
    expect((await outcome(forbids, manifest()))?.[0]).toBe('PolicyOutOfBounds');
    await rig.sql('ALTER FUNCTION app.f() OWNER TO postgres');
    expect(await outcome(`${forbids}, owners: [${boss}, ${team}]`, manifest())).toBe('within');
  });

  test('let a superuser own objects that can run no code', async () => {
    const { boss } = names;
    const owns = `schemas: [{ name: app, owner: ${boss} }]
ownership: [{ owner: ${boss}, object: { type: sequence, schema: app, name: '*' } }]`;
    expect(await outcome(forbids, owns)).toBe('within');
  });

  test('apply to the roles of the connection that the server reports, and to roles that can become one', async () => {
    const { app, manager, work } = names;
    const url = urlWith(rig.url, { username: manager, password: 'm' });
    const asWork = rig.open(`${url}?role=${work}`);
    const admins = rig.role('shop_admins');
    await rig.sql(`CREATE ROLE ${admins} IN ROLE ${work}`);
    const fields = 'roles: [shop_*]';
    for (const role of [manager, work, admins])
      expect((await outcome(fields, joins(role), asWork))?.[0]).toBe('PolicyOutOfBounds');
    for (const role of [manager, work])
      expect((await outcome(fields, `roles: [{ name: ${role}, login: true }]`, asWork))?.[0]).toBe(
        'PolicyOutOfBounds',
      );
    expect((await outcome(fields, joins(admins), asWork))?.[1]).toBe(
      `rule r: makes role "${app}" a member of "${admins}", a member of "${work}", but "${work}" is a role of its connection`,
    );
  });
});
