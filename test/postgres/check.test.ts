import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { parseBounds, rulesFor } from '../../core/bounds/parse.ts';
import { Refusal } from '../../core/refusal.ts';
import { checkDatabase, checkTogether } from '../../postgres/check.ts';
import { applyPlan } from '../../postgres/apply.ts';
import { planDatabase } from '../../postgres/plan.ts';
import { openProxy } from './proxy.ts';
import type { Rig } from './rig.ts';
import { graphOf } from '../core/parsed.ts';
import { intentOf, openRig, someMajors, urlWith } from './rig.ts';

describe.each(someMajors)('the check on PostgreSQL %d', (major) => {
  let rig: Rig;
  let manifest: string;
  let names: { ana: string; staff: string; maker: string; stranger: string };

  const fingerprint = async (): Promise<string> =>
    (await checkDatabase(rig.database, graphOf(manifest))).fingerprint;

  beforeAll(async () => {
    rig = await openRig(major);
    names = {
      ana: rig.role('ana'),
      staff: rig.role('staff'),
      maker: rig.role('maker'),
      stranger: rig.role('stranger'),
    };
    const { ana, staff, maker, stranger } = names;
    await rig.sql(`CREATE ROLE ${maker}; CREATE ROLE ${stranger}; CREATE SCHEMA app; CREATE SCHEMA other;
      CREATE TABLE app.t1 (id int); CREATE TABLE app.t2 (id int); CREATE TABLE other.t (id int);
      CREATE FUNCTION app.f() RETURNS int LANGUAGE sql AS 'SELECT 1'`);
    manifest = `
roles: [{ name: ${ana} }, { name: ${staff}, comment: people }]
schemas: [{ name: app }]
grants:
  - { role: ${ana}, privileges: [SELECT], object: { type: table, schema: app, name: '*' } }
  - { role: ${ana}, privileges: [INSERT], object: { type: table, schema: app, name: t1 } }
  - { role: ${ana}, privileges: [EXECUTE], object: { type: function, schema: app, name: '*' } }
  - { role: ${ana}, privileges: [USAGE], object: { type: type, schema: app, name: '*' } }
  - { role: ${ana}, privileges: [CONNECT], object: { type: database, name: ${rig.name} } }
memberships: [{ role: ${staff}, members: [{ name: ${ana} }] }]
default_privileges:
  - { owner: ${maker}, schema: app, grant: [{ role: ${ana}, privileges: [SELECT], on_type: table }] }
`;
    await applyPlan(rig.database, intentOf(manifest), { passwords: new Map() });
  });

  afterAll(() => rig.close());

  test.each<[string, (name: typeof names) => string]>([
    ['a privilege is revoked', ({ ana }) => `REVOKE SELECT ON app.t2 FROM ${ana}`],
    ['a privilege is granted', ({ ana }) => `GRANT UPDATE ON app.t2 TO ${ana}`],
    [
      'a privilege may be passed on',
      ({ ana }) => `GRANT SELECT ON app.t2 TO ${ana} WITH GRANT OPTION`,
    ],
    ['a table is made', () => 'CREATE TABLE app.t3 (id int)'],
    ['a table goes', () => 'DROP TABLE app.t2'],
    ['a table changes hands', ({ maker }) => `ALTER TABLE app.t1 OWNER TO ${maker}`],
    ['a view is made', () => 'CREATE VIEW app.v AS SELECT 1 AS one'],
    ['a function is made', () => "CREATE FUNCTION app.g() RETURNS int LANGUAGE sql AS 'SELECT 1'"],
    ['a sequence is made', () => 'CREATE SEQUENCE app.s'],
    ['a type is made', () => "CREATE TYPE app.mood AS ENUM ('good')"],
    ['a schema changes hands', ({ maker }) => `ALTER SCHEMA app OWNER TO ${maker}`],
    ['a schema is granted on', ({ ana }) => `GRANT CREATE ON SCHEMA app TO ${ana}`],
    ['the database is granted on', ({ ana }) => `GRANT CREATE ON DATABASE "${rig.name}" TO ${ana}`],
    ['a role gets an attribute', ({ ana }) => `ALTER ROLE ${ana} LOGIN`],
    ['a role gets an expiry', ({ ana }) => `ALTER ROLE ${ana} VALID UNTIL '2030-01-01'`],
    ['a role gets a comment', ({ staff }) => `COMMENT ON ROLE ${staff} IS 'other people'`],
    ['a member joins', ({ staff, stranger }) => `GRANT ${staff} TO ${stranger}`],
    ['a member leaves', ({ staff, ana }) => `REVOKE ${staff} FROM ${ana}`],
    ['a member gets ADMIN', ({ staff, ana }) => `GRANT ${staff} TO ${ana} WITH ADMIN OPTION`],
    [
      'a default privilege goes',
      ({ ana, maker }) =>
        `ALTER DEFAULT PRIVILEGES FOR ROLE ${maker} IN SCHEMA app REVOKE SELECT ON TABLES FROM ${ana}`,
    ],
    [
      'someone else has a default privilege for the role',
      ({ ana, stranger }) =>
        `ALTER DEFAULT PRIVILEGES FOR ROLE ${stranger} IN SCHEMA app GRANT SELECT ON TABLES TO ${ana}`,
    ],
    ['a role goes', ({ staff }) => `DROP ROLE ${staff}`],
    ['another schema is granted on', ({ ana }) => `GRANT SELECT ON other.t TO ${ana}`],
  ])('notices when %s', async (_what, change) => {
    const before = await fingerprint();
    const session = await rig.session();
    await session.query('BEGIN');
    await session.query(change(names));
    expect(await fingerprint()).toBe(before);
    const seen = await session.query('SELECT 1');
    expect(seen.rowCount).toBe(1);
    await session.query('COMMIT');
    expect(await fingerprint()).not.toBe(before);
    await restore();
    expect(await fingerprint()).toBe(before);
  });

  /** Undoes the changes above, and drops what they created. */
  async function restore(): Promise<void> {
    const { ana, maker, stranger } = names;
    await rig.sql(`
      DROP TABLE IF EXISTS app.t3; DROP VIEW IF EXISTS app.v; DROP FUNCTION IF EXISTS app.g();
      DROP SEQUENCE IF EXISTS app.s; DROP TYPE IF EXISTS app.mood; CREATE TABLE IF NOT EXISTS app.t2 (id int);
      ALTER TABLE app.t1 OWNER TO postgres; ALTER SCHEMA app OWNER TO postgres;
      ALTER DEFAULT PRIVILEGES FOR ROLE ${stranger} IN SCHEMA app REVOKE ALL ON TABLES FROM ${ana};
      REVOKE ALL ON app.t1, app.t2 FROM ${ana}, ${maker};
      REVOKE ALL ON other.t FROM ${ana}; REVOKE ALL ON SCHEMA app FROM ${maker}, ${ana}`);
    await applyPlan(rig.database, intentOf(manifest), { passwords: new Map() });
  }

  test.each<[string, (name: typeof names) => string]>([
    ['rows are written', () => 'INSERT INTO app.t1 VALUES (1); ANALYZE app.t1'],
    ['a column is added', () => 'ALTER TABLE app.t1 ADD COLUMN more text'],
    [
      'another schema changes',
      ({ stranger }) => `CREATE TABLE other.t2 (id int); GRANT SELECT ON other.t TO ${stranger}`,
    ],
    ['another role changes', ({ stranger }) => `ALTER ROLE ${stranger} LOGIN CREATEDB`],
    ['other roles join each other', ({ stranger, maker }) => `GRANT ${stranger} TO ${maker}`],
    ['a password is set', ({ ana }) => `ALTER ROLE ${ana} PASSWORD 'x'`],
    ['a schema is made', () => 'CREATE SCHEMA third'],
  ])('notices nothing when %s', async (_what, change) => {
    const before = await fingerprint();
    await rig.sql(change(names));
    expect(await fingerprint()).toBe(before);
  });

  test('notices under bounds that a role of the policy joins another, because that may give it rights', async () => {
    const text = '[{ name: r, namespaces: ["*"], forbidden_attributes: [superuser] }]';
    const rules = rulesFor(parseBounds(text, 'bounds.yaml'), 'any');
    const bounded = async () =>
      (await checkDatabase(rig.database, graphOf(manifest), { rules })).fingerprint;
    await rig.sql(`REVOKE ${names.stranger} FROM ${names.maker}`);
    const before = await bounded();
    await rig.sql(`GRANT ${names.stranger} TO ${names.maker}`);
    expect(await bounded()).not.toBe(before);
  });

  test('returns the fingerprint of the apply before it', async () => {
    const { fingerprint: applied } = await applyPlan(rig.database, intentOf(manifest), {
      passwords: new Map(),
    });
    expect(await fingerprint()).toBe(applied);
  });

  test('is one round trip on an open connection, as small for thousands of tables as for two', async () => {
    const { hostname, port } = new URL(rig.url);
    const proxy = await openProxy(hostname, Number(port));
    const through = rig.open(urlWith(rig.url, { hostname: '127.0.0.1', port: String(proxy.port) }));
    const graph = graphOf(manifest);
    try {
      await checkDatabase(through, graph);
      proxy.reset();
      await checkDatabase(through, graph);
      const few = proxy.traffic();
      await rig.sql(`DO $$ BEGIN FOR i IN 1..3000 LOOP
        EXECUTE format('CREATE TABLE app.many%s (id int)', i); END LOOP; END $$`);
      proxy.reset();
      await checkDatabase(through, graph);
      const many = proxy.traffic();
      expect(few.roundTrips).toBe(1);
      expect(many.roundTrips).toBe(1);
      expect(few.bytesReceived).toBeLessThan(2_000);
      expect(Math.abs(many.bytesReceived - few.bytesReceived)).toBeLessThan(16);

      proxy.reset();
      const plan = await planDatabase(through, intentOf(manifest));
      expect(plan.statements).toHaveLength(6);
      proxy.reset();
      await applyPlan(through, intentOf(manifest), { passwords: new Map() });
      expect(proxy.traffic().roundTrips).toBeLessThanOrEqual(5);
    } finally {
      await proxy.close();
    }
  });
});

describe('a check of several policies together', () => {
  let rig: Rig;
  beforeAll(async () => {
    rig = await openRig(someMajors[0] ?? 18);
  });
  afterAll(() => rig.close());

  const admit = (): void => undefined;
  const refuse = (): void => {
    throw new Refusal('PolicyOutOfBounds', 'not this database', 'Use another.');
  };
  const graphs = (count: number) =>
    Array.from({ length: count }, (_each, index) =>
      graphOf(`roles: [{ name: ${rig.role(`each_${String(index)}`)} }]`),
    );

  test('gives each policy the fingerprint that it has alone, in one round trip for 25', async () => {
    const { hostname, port } = new URL(rig.url);
    const proxy = await openProxy(hostname, Number(port));
    const through = rig.open(urlWith(rig.url, { hostname: '127.0.0.1', port: String(proxy.port) }));
    try {
      const many = graphs(30);
      await rig.sql(`CREATE ROLE ${rig.role('each_7')}`);
      const checks = many.map((graph) => ({ graph, rules: [], admit }));
      await checkTogether(through, checks);
      proxy.reset();
      const together = await checkTogether(through, checks);
      expect(proxy.traffic().roundTrips).toBe(2);
      const alone = [];
      for (const graph of many) alone.push(await checkDatabase(through, graph));
      expect(together).toEqual(alone);
    } finally {
      await proxy.close();
    }
  });

  test('refuses a policy that must not use the session, and checks the others', async () => {
    const [first, second, third] = graphs(3).map((graph) => ({ graph, rules: [], admit }));
    if (!first || !second || !third) throw new RangeError('three graphs');
    const results = await checkTogether(rig.database, [first, { ...second, admit: refuse }, third]);
    expect(results.map((each) => (each instanceof Refusal ? each.code : 'checked'))).toEqual([
      'checked',
      'PolicyOutOfBounds',
      'checked',
    ]);
  });
});

describe('identity', () => {
  let rig: Rig;
  let other: Rig;
  const graph = graphOf('roles: []');

  beforeAll(async () => {
    rig = await openRig(someMajors[0] ?? 18);
    other = await openRig(someMajors[0] ?? 18);
  });
  afterAll(async () => {
    await rig.close();
    await other.close();
  });

  test('is the same for any name of the host and any role', async () => {
    const guest = rig.role('guest');
    await rig.sql(`CREATE ROLE ${guest} LOGIN PASSWORD 'guest'; GRANT pg_monitor TO ${guest}`);
    const { hostname } = new URL(rig.url);
    const spelled = hostname === '127.0.0.1' ? 'localhost' : '127.0.0.1';
    const urls = [
      rig.url,
      urlWith(rig.url, { hostname: spelled }),
      urlWith(rig.url, { username: guest, password: 'guest' }),
    ];
    const identities = await Promise.all(
      urls.map(async (url) => (await checkDatabase(rig.open(url), graph)).identity),
    );
    expect(identities[0]?.server).toMatch(/^[0-9a-f]{16}$/);
    expect(identities).toEqual(
      Array(3).fill({ server: identities[0]?.server, database: rig.name }),
    );
  });

  test('of two databases on one server has the server in common', async () => {
    const one = (await checkDatabase(rig.database, graph)).identity;
    const two = (await checkDatabase(other.database, graph)).identity;
    expect(two.server).toBe(one.server);
    expect(two.database).not.toBe(one.database);
  });

  const [oldest, newest] = someMajors;
  const twoServers =
    oldest !== undefined && newest !== undefined && oldest !== newest ? test : test.skip;
  twoServers('of two servers differs', async () => {
    const elsewhere = await openRig(newest ?? 18);
    try {
      const one = (await checkDatabase(rig.database, graph)).identity;
      const two = (await checkDatabase(elsewhere.database, graph)).identity;
      expect(two.server).not.toBe(one.server);
    } finally {
      await elsewhere.close();
    }
  });
});
