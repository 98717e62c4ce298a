import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { applyPlan } from '../../postgres/apply.ts';
import { checkDatabase } from '../../postgres/check.ts';
import { planDatabase } from '../../postgres/plan.ts';
import type { Database } from '../../postgres/pool.ts';
import { rowsOf } from '../setup/rows.ts';
import type { TestDatabase } from '../setup/servers.ts';
import { freshDatabase } from '../setup/servers.ts';
import type { PgBouncer } from './pgbouncer.ts';
import { startPgBouncer } from './pgbouncer.ts';
import type { Rig } from './rig.ts';
import { intentOf, openRig, someMajors, urlWith } from './rig.ts';

const options = { passwords: new Map<string, string>() };
const newest = someMajors.at(-1) ?? 18;

let rig: Rig;
let other: TestDatabase;
let bouncer: PgBouncer;
let login: string;
let operator: string;

beforeAll(async () => {
  rig = await openRig(newest);
  other = await freshDatabase(newest);
  [login, operator] = [rig.role('login'), rig.role('operator')];
  await rig.sql(`CREATE ROLE ${operator} CREATEROLE;
    CREATE ROLE ${login} LOGIN NOINHERIT PASSWORD 'pw';
    GRANT ${operator} TO ${login};
    GRANT CREATE ON DATABASE ${rig.name} TO ${operator}`);
  const { port, password } = new URL(rig.url);
  bouncer = await startPgBouncer(Number(port), { postgres: password, [login]: 'pw' });
}, 300_000);
afterAll(async () => {
  await rig.close();
  await bouncer.stop();
  await other.drop();
});

const through = (parts: Parameters<typeof urlWith>[1] = {}, query = ''): string =>
  `${urlWith(rig.url, { ...parts, port: String(bouncer.port) })}?sslmode=disable${query}`;

const opened = (): Database => rig.open(through());

test('through PgBouncer in transaction mode, a policy is checked, planned and applied, although it rejects startup options', async () => {
  const database = opened();
  const made = rig.role('made');
  const intent = intentOf(`roles: [{ name: ${made} }]\nschemas: [{ name: ${made} }]`);
  expect((await planDatabase(database, intent)).summary.total).toBe(2);
  const { fingerprint } = await applyPlan(database, intent, options);
  expect((await checkDatabase(database, intent.graph)).fingerprint).toBe(fingerprint);
  expect((await planDatabase(database, intent)).statements).toEqual([]);
  expect(bouncer.log()).toContain('unsupported startup parameter');
});

test('through PgBouncer, which may use another server process for each transaction, nothing is prepared', async () => {
  const database = opened();
  await checkDatabase(database, intentOf('schemas: [{ name: app }]').graph);
  const counts = await Promise.all(
    Array.from({ length: 6 }, () =>
      rowsOf(through(), 'SELECT count(*)::int AS prepared FROM pg_catalog.pg_prepared_statements'),
    ),
  );
  for (const rows of counts) expect(rows).toEqual([{ prepared: 0 }]);
});

test('through PgBouncer, four applies at once all succeed', async () => {
  const intents = [1, 2, 3, 4].map(() => {
    const made = rig.role('made');
    return intentOf(`roles: [{ name: ${made} }]\nschemas: [{ name: ${made} }]`);
  });
  await Promise.all(
    intents.map((intent) =>
      applyPlan(opened(), intent, { ...options, lockTimeoutMs: 30_000, writerTimeoutMs: 30_000 }),
    ),
  );
  for (const intent of intents)
    expect((await planDatabase(opened(), intent)).statements).toEqual([]);
});

test('through PgBouncer, a retirement clears other databases and ends sessions', async () => {
  const [legacy, heir] = [rig.role('legacy'), rig.role('heir')];
  await rig.sql(`CREATE ROLE ${legacy} LOGIN; CREATE ROLE ${heir}`);
  await rowsOf(other.url, `CREATE TABLE public.t (); ALTER TABLE public.t OWNER TO ${legacy}`);
  const retirement = `{ role: ${legacy}, reassign_owned_to: ${heir}, drop_owned: true, terminate_sessions: true }`;
  const steps: string[] = [];
  await applyPlan(opened(), intentOf(`retirements: [${retirement}]`), {
    ...options,
    onStep: ({ stage }) => steps.push(stage),
  });
  expect(steps).toEqual(['prepare', 'end sessions', 'clean']);
  const { rowCount } = await rig.sql(`SELECT FROM pg_roles WHERE rolname = '${legacy}'`);
  expect(rowCount).toBe(0);
  await rowsOf(other.url, 'DROP TABLE public.t');
});

test("through PgBouncer, setRole holds in pgwarden's transactions, and does not affect others with the same login", async () => {
  const database = rig.open(through({ username: login, password: 'pw' }, `&role=${operator}`));
  const made = rig.role('made');
  const intent = intentOf(`roles: [{ name: ${made} }]\nschemas: [{ name: ${made} }]`);
  const applied = await applyPlan(database, intent, options);
  expect(applied.server).toMatchObject({ user: operator, login });
  const others = await Promise.all(
    Array.from({ length: 6 }, () =>
      rowsOf(
        through({ username: login, password: 'pw' }),
        `SELECT CURRENT_USER AS me, pg_catalog.current_setting('search_path') AS path,
                pg_catalog.current_setting('jit') AS jit`,
      ),
    ),
  );
  const untouched = await rowsOf(
    urlWith(rig.url, { username: login, password: 'pw' }),
    `SELECT CURRENT_USER AS me, current_setting('search_path') AS path, current_setting('jit') AS jit`,
  );
  for (const rows of others) expect(rows).toEqual(untouched);
});

test('through PgBouncer, which passes no settings on, no operator of the database owner runs', async () => {
  const made = rig.role('made');
  const intent = intentOf(`roles: [{ name: ${made} }]`);
  const path = (name: string) => `ALTER DATABASE ${name} SET search_path = evil, pg_catalog`;
  await rig.sql(`CREATE SCHEMA evil;
    CREATE FUNCTION evil.alike(int, int) RETURNS boolean LANGUAGE plpgsql AS
      $$ BEGIN RAISE EXCEPTION 'look-alike'; END $$;
    CREATE OPERATOR evil.>= (LEFTARG = int, RIGHTARG = int, FUNCTION = evil.alike);
    CREATE OPERATOR evil.= (LEFTARG = int, RIGHTARG = int, FUNCTION = evil.alike);
    ${path(rig.name)}`);
  const reconnecting = await startPgBouncer(Number(new URL(rig.url).port), {
    postgres: new URL(rig.url).password,
  });
  try {
    const database = rig.open(
      `${urlWith(rig.url, { port: String(reconnecting.port) })}?sslmode=disable`,
    );
    await checkDatabase(database, intent.graph);
    await applyPlan(database, intent, options);
    await expect(database.use(({ client }) => client.query('SELECT 1 >= 1'))).rejects.toThrow(
      'look-alike',
    );
  } finally {
    await reconnecting.stop();
  }
});
