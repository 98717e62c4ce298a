import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { applyPlan } from '../../postgres/apply.ts';
import { checkDatabase } from '../../postgres/check.ts';
import { planDatabase } from '../../postgres/plan.ts';
import type { Database } from '../../postgres/pool.ts';
import type { Rig } from './rig.ts';
import { intentOf, openRig, someMajors } from './rig.ts';

const options = { passwords: new Map<string, string>() };

interface Prepared {
  readonly name: string;
  readonly generic: number;
  readonly custom: number;
}

describe.each(someMajors)('the inspection on PostgreSQL %d', (major) => {
  let rig: Rig;
  let database: Database;
  let reader: string;

  beforeAll(async () => {
    rig = await openRig(major);
    reader = rig.role('reader');
    await rig.sql('CREATE SCHEMA app; CREATE SCHEMA web');
  });
  beforeEach(() => {
    database = rig.open(rig.url);
  });
  afterAll(() => rig.close());

  /** What the one connection of the pool has prepared. */
  const prepared = (): Promise<readonly Prepared[]> =>
    database.use(async ({ client }) => {
      const { rows } = await client.query<{ name: string; generic: string; custom: string }>(
        'SELECT name, generic_plans AS generic, custom_plans AS custom FROM pg_catalog.pg_prepared_statements',
      );
      return rows.map(({ name, generic, custom }) => ({
        name,
        generic: Number(generic),
        custom: Number(custom),
      }));
    });

  const grantOf = (schema: string) =>
    intentOf(
      `roles: [{ name: ${reader} }]
schemas: [{ name: ${schema} }]
grants: [{ role: ${reader}, privileges: [USAGE], object: { type: schema, name: ${schema} } }]`,
    );

  test('is planned once for a connection: checks, plans and applies of policies with other names share the plan', async () => {
    for (const schema of ['app', 'web']) {
      await planDatabase(database, grantOf(schema));
      await checkDatabase(database, grantOf(schema).graph);
      await applyPlan(database, grantOf(schema), options);
    }
    // An apply inspects twice: to plan, and to verify.
    expect(await prepared()).toEqual([{ name: expect.any(String), generic: 8, custom: 0 }]);
  });

  test('keeps four plans at most, those that were used last', async () => {
    const sections = [
      'roles: []',
      `ownership: [{ owner: postgres, object: { type: table, schema: app, name: '*' } }]`,
      `retirements: [{ role: ${rig.role('gone')} }]`,
      ...[
        ['large_object', 'SELECT'],
        ['tablespace', 'CREATE'],
        ['foreign_server', 'USAGE'],
      ].map(
        ([type, privilege]) =>
          `roles: [{ name: r }]\ngrants: [{ role: r, ensure: absent, privileges: [${privilege}], object: { type: ${type}, name: '1' } }]`,
      ),
    ];
    for (const section of sections) await checkDatabase(database, intentOf(section).graph);
    const four = (await prepared()).map(({ name }) => name).sort();
    expect(four).toHaveLength(4);
    for (const section of sections.slice(-4))
      await checkDatabase(database, intentOf(section).graph);
    expect((await prepared()).map(({ name }) => name).sort()).toEqual(four);
  });

  test('goes on without a plan when the server process has lost it', async () => {
    const intent = grantOf('app');
    const { fingerprint } = await checkDatabase(database, intent.graph);
    await database.use(({ client }) => client.query('DEALLOCATE ALL'));
    expect(await checkDatabase(database, intent.graph)).toMatchObject({ fingerprint });
    await planDatabase(database, intent);
    expect(await prepared()).toEqual([]);
  });
});
