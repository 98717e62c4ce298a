import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type pg from 'pg';
import { relationCode } from '../../core/kinds/code/relation-code.ts';
import type { PostgresMajor } from '../../embedded/postgres-binaries.ts';
import { applyPlan } from '../../postgres/apply.ts';
import { planDatabase } from '../../postgres/plan.ts';
import { beginTransaction } from '../../postgres/transaction.ts';
import type { Rig } from './rig.ts';
import { intentOf, openRig, someMajors } from './rig.ts';

const noPasswords = { passwords: new Map<string, string>() };

describe.each(someMajors)('an ownership wildcard on PostgreSQL %d', (major) => {
  let rig: Rig;
  let owner: string;
  let mallory: string;
  let blocker: pg.Client;

  beforeEach(async () => {
    rig = await openRig(major);
    [owner, mallory] = [rig.role('owner'), rig.role('mallory')];
    await rig.sql(`
      CREATE ROLE ${owner}; CREATE ROLE ${mallory}; CREATE SCHEMA app AUTHORIZATION ${owner};
      GRANT CREATE, USAGE ON SCHEMA app TO ${mallory}; SET ROLE ${mallory};
      CREATE FUNCTION app.a() RETURNS int LANGUAGE sql AS 'SELECT 1';
      CREATE FUNCTION app.f() RETURNS text LANGUAGE sql AS 'SELECT CURRENT_USER::text';
      CREATE FUNCTION app.seen() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
      CREATE TABLE app.t (id int); RESET ROLE`);
    blocker = await rig.session();
  });
  afterEach(() => rig.close());

  const intent = () =>
    intentOf(`roles: [{ name: ${owner}, comment: seen }]
ownership:
  - { owner: ${owner}, object: { type: function, schema: app, name: '*' } }
  - { owner: ${owner}, object: { type: table, schema: app, name: '*' } }`);

  async function ownerOf(name: string): Promise<unknown> {
    const { rows } = await rig.sql(
      `SELECT pg_get_userbyid(proowner) AS owner FROM pg_proc WHERE proname = '${name}'
        UNION SELECT pg_get_userbyid(relowner) FROM pg_class WHERE relname = '${name}'`,
    );
    return (rows as { owner: string }[])[0]?.owner;
  }

  /** Applies while someone changes an object between its inspection and its lock. */
  async function applyWhile(change: string) {
    await blocker.query('BEGIN; ALTER FUNCTION app.a() COST 7');
    const applied = applyPlan(rig.database, intent(), noPasswords);
    await untilWaiting(rig);
    await rig.sql(`SET ROLE ${mallory}; ${change}; RESET ROLE`);
    await blocker.query('ROLLBACK');
    return applied;
  }

  test.each([
    [
      'a function that becomes SECURITY DEFINER',
      'f',
      'ALTER FUNCTION app.f() SECURITY DEFINER',
      'function app.f()',
    ],
    [
      'a function that takes the place of another one',
      'f',
      "ALTER FUNCTION app.f() RENAME TO g; CREATE FUNCTION app.f() RETURNS text LANGUAGE sql SECURITY DEFINER AS 'SELECT CURRENT_USER::text'",
      'function app.f()',
    ],
    [
      'a table that gets a trigger',
      't',
      'CREATE TRIGGER seen BEFORE INSERT ON app.t FOR EACH ROW EXECUTE FUNCTION app.seen()',
      'table app.t',
    ],
    [
      'a table on which others may put triggers',
      't',
      'GRANT TRIGGER ON app.t TO PUBLIC',
      'table app.t',
    ],
  ])('does not give away %s while the plan runs', async (_what, name, change, object) => {
    const { fingerprint } = await applyWhile(change);
    expect(await ownerOf(name)).toBe(mallory);
    // The rest of the plan was applied, and the rest is inspected again. The result is not in sync.
    const { rows } = await rig.sql(
      `SELECT pg_catalog.shobj_description('${owner}'::regrole, 'pg_authid') AS comment`,
    );
    expect(rows).toEqual([{ comment: 'seen' }]);
    expect(fingerprint).toBe('');
    const { findings } = await applyPlan(rig.database, intent(), noPasswords);
    expect(findings.map(({ code, message }) => [code, message.split(' keeps owner')[0]])).toEqual([
      ['CodeNotAdopted', object],
    ]);
    expect(await ownerOf('a')).toBe(owner);
    expect(await ownerOf(name)).toBe(mallory);
  });

  test('gives away objects that changed meanwhile and still run no code as their owner', async () => {
    const { findings } = await applyWhile('ALTER FUNCTION app.f() COST 9');
    expect(findings).toEqual([]);
    expect(await ownerOf('f')).toBe(owner);
  });

  test('does not keep a retired role alive: it cannot log in before its code is refused', async () => {
    await rig.sql(
      `ALTER ROLE ${mallory} LOGIN; SET ROLE ${mallory}; ALTER FUNCTION app.f() SECURITY DEFINER; RESET ROLE`,
    );
    const retiring = (consent: string) =>
      intentOf(
        `retirements: [{ role: ${mallory}, reassign_owned_to: ${owner}, drop_owned: true${consent} }]`,
      );
    await expect(applyPlan(rig.database, retiring(''), noPasswords)).rejects.toMatchObject({
      code: 'UnsafeRoleDrops',
    });
    const { rows } = await rig.sql(
      `SELECT rolcanlogin AS login FROM pg_roles WHERE rolname = '${mallory}'`,
    );
    expect([rows, await ownerOf('f')]).toEqual([[{ login: false }], mallory]);
    await applyPlan(rig.database, retiring(', adopt_code: true'), noPasswords);
    expect(await ownerOf('f')).toBe(owner);
  });

  test('leaves code with its author, is drift until someone decides, and does not stop other changes', async () => {
    await rig.sql(`SET ROLE ${mallory}; ALTER FUNCTION app.f() SECURITY DEFINER; RESET ROLE`);
    const plan = await planDatabase(rig.database, intent());
    expect([plan.drift, plan.findings.length]).toEqual([true, 1]);
    await applyPlan(rig.database, intent(), noPasswords);
    const again = await planDatabase(rig.database, intent());
    expect([again.statements, again.drift, await ownerOf('t')]).toEqual([[], true, owner]);
    await rig.sql(`GRANT ${owner} TO ${mallory}`);
    const trusted = await planDatabase(rig.database, intent());
    expect(trusted.findings).toEqual([]);
    expect(trusted.statements.map(({ text }) => text)).toContain(
      `ALTER ROUTINE app.f() OWNER TO "${owner}"`,
    );
  });
});

/** Waits until a session of the rig's database waits for a lock. */
async function untilWaiting(rig: Rig): Promise<void> {
  const { rows } = await rig.sql(
    `SELECT count(*) > 0 AS waiting FROM pg_stat_activity WHERE datname = '${rig.name}' AND wait_event_type = 'Lock'`,
  );
  const [row] = rows as { waiting: boolean }[];
  if (row?.waiting !== true) await untilWaiting(rig);
}

interface PlanNode {
  readonly 'Actual Rows': number;
  readonly 'Actual Loops': number;
  readonly 'Rows Removed by Filter'?: number;
  readonly 'Rows Removed by Join Filter'?: number;
  readonly Plans?: readonly PlanNode[];
}

/** Tables that lead to each other in a chosen way, by their number. */
const tangles = {
  'policies that read each other in a circle': (count: number) =>
    'SET ROLE mallory;' +
    each(count, (n) => `CREATE TABLE app.t${n} (id int)`) +
    each(
      count,
      (n, next) => `CREATE POLICY p ON app.t${n} USING (id IN (SELECT id FROM app.t${next}))`,
    ),
  'policies that read one table, which reads them all': (count: number) =>
    'SET ROLE mallory;' +
    each(count, (n) => `CREATE TABLE app.t${n} (id int)`) +
    each(count, (n) => `CREATE POLICY p${n} ON app.t0 USING (EXISTS (SELECT FROM app.t${n}))`) +
    each(count, (n) => `CREATE POLICY q ON app.t${n} USING (EXISTS (SELECT FROM app.t0))`),
  'partitions that others may put triggers on': (count: number) =>
    'SET ROLE mallory; CREATE TABLE app.t (id int) PARTITION BY LIST (id);' +
    each(count, (n) => `CREATE TABLE app.t${n} PARTITION OF app.t FOR VALUES IN (${n})`) +
    each(count, (n) => `GRANT TRIGGER ON app.t${n} TO PUBLIC`),
  'domains of a superuser over domains': (count: number) =>
    'CREATE DOMAIN app.d0 AS int;' +
    each(count, (n, next) => (next === '0' ? '' : `CREATE DOMAIN app.d${next} AS app.d${n}`)) +
    each(count, (n) => `CREATE TABLE app.t${n} (id app.d${String(count - 1)})`),
};

function each(count: number, text: (n: string, next: string) => string): string {
  return Array.from(
    { length: count },
    (_, n) => `${text(String(n), String((n + 1) % count))};\n`,
  ).join('');
}

describe.each(someMajors)('a search for code on PostgreSQL %d', (major) => {
  test.each(Object.entries(tangles))('takes steps in proportion to %s', async (_what, tangle) => {
    // PostgreSQL reads a small pg_inherits as a whole for each table, so the smaller number is above that.
    const few = await rowsOfSearch(major, tangle(600));
    const many = await rowsOfSearch(major, tangle(1800));
    expect(many / few).toBeLessThan(4);
  });
});

const limits = { statementMs: 60_000, lockMs: 1_000 };

/** Counts the rows that PostgreSQL reads, not time. */
async function rowsOfSearch(major: PostgresMajor, tables: string): Promise<number> {
  const rig = await openRig(major);
  try {
    const mallory = rig.role('mallory');
    await rig.sql(`CREATE ROLE ${mallory}; CREATE SCHEMA app AUTHORIZATION ${mallory}`);
    await rig.sql(`${tables.replace('mallory', mallory)} RESET ROLE`);
    // Autovacuum does this at any time, and PostgreSQL then chooses other plans.
    await rig.sql('ANALYZE');
    const session = await rig.session();
    const begin = beginTransaction({ role: undefined, major }, 'REPEATABLE READ READ ONLY', limits);
    for (const statement of begin) await session.query(statement);
    const all = "SELECT c.oid, true FROM pg_class c WHERE c.relnamespace = 'app'::regnamespace";
    const { rows } = await session.query(
      `EXPLAIN (ANALYZE, FORMAT JSON, TIMING OFF) WITH ${relationCode('x', all)} SELECT FROM x`,
    );
    return (rows as { 'QUERY PLAN': { Plan: PlanNode }[] }[])
      .flatMap((row) => row['QUERY PLAN'])
      .reduce((sum, { Plan }) => sum + rowsIn(Plan), 0);
  } finally {
    await rig.close();
  }
}

function rowsIn(node: PlanNode): number {
  const rows =
    node['Actual Rows'] +
    (node['Rows Removed by Filter'] ?? 0) +
    (node['Rows Removed by Join Filter'] ?? 0);
  return (
    rows * node['Actual Loops'] + (node.Plans ?? []).reduce((sum, each) => sum + rowsIn(each), 0)
  );
}
