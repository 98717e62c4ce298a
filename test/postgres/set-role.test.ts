import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { quoteIdentifier } from '../../core/sql.ts';
import { applyPlan } from '../../postgres/apply.ts';
import { lastOf, runBatch } from '../../postgres/batch.ts';
import { checkDatabase } from '../../postgres/check.ts';
import { planDatabase } from '../../postgres/plan.ts';
import type { Database } from '../../postgres/pool.ts';
import { beginTransaction } from '../../postgres/transaction.ts';
import { intentOf, openRig, someMajors, urlWith, type Rig } from './rig.ts';

describe.each(someMajors)('a connection with setRole on PostgreSQL %i', (major) => {
  let rig: Rig;
  let login: string;
  let operator: string;
  let stranger: string;

  beforeAll(async () => {
    rig = await openRig(major);
    [login, operator, stranger] = [rig.role('login'), rig.role('op "er" ator'), rig.role('other')];
    await rig.sql(`CREATE ROLE ${quoteIdentifier(operator)} CREATEROLE;
      CREATE ROLE ${stranger};
      CREATE ROLE ${login} LOGIN PASSWORD 'pw' NOINHERIT;
      GRANT ${quoteIdentifier(operator)} TO ${login};
      GRANT CREATE ON DATABASE ${rig.name} TO ${quoteIdentifier(operator)}`);
  });
  afterAll(() => rig.close());

  const opened = (role: string): Database =>
    rig.open(
      `${urlWith(rig.url, { username: login, password: 'pw' })}?role=${encodeURIComponent(role)}`,
    );

  async function untilWaiting(): Promise<void> {
    const { rowCount } = await rig.sql(
      `SELECT FROM pg_stat_activity WHERE usename = '${login}' AND wait_event_type = 'Lock'`,
    );
    if (rowCount === 0) await untilWaiting();
  }

  const who = 'SELECT CURRENT_USER AS me, SESSION_USER AS login';
  const limits = { statementMs: 1_000, lockMs: 1_000 };

  const whoAmI = (database: Database): Promise<unknown> =>
    database.use(async (session) => {
      const begin = beginTransaction(session, 'READ COMMITTED READ ONLY', limits);
      const results = await runBatch(session.client, [...begin, who, 'COMMIT', who]);
      return [...results.slice(0, -2), lastOf(results)]
        .slice(-2)
        .map(({ rows }) => rows[0] as unknown);
    });

  test('is that role in every transaction on every connection of the pool, and its login afterwards', async () => {
    const database = opened(operator);
    const me = [
      { me: operator, login },
      { me: login, login },
    ];
    expect(await Promise.all([1, 2, 3, 4].map(() => whoAmI(database)))).toEqual([me, me, me, me]);
    await database.use(({ client }) =>
      client.query('BEGIN; SET LOCAL ROLE NONE; SELECT 1; COMMIT'),
    );
    expect(await Promise.all([1, 2, 3, 4].map(() => whoAmI(database)))).toEqual([me, me, me, me]);
    await expect(database.use(({ client }) => client.query('SELECT 1/0'))).rejects.toBeDefined();
    expect(await whoAmI(database)).toEqual(me);
  });

  test('does and reports everything as that role', async () => {
    const database = opened(operator);
    const made = rig.role('made');
    const intent = intentOf(`roles: [{ name: ${made} }]\nschemas: [{ name: ${made} }]`);
    expect((await planDatabase(database, intent)).server).toMatchObject({ user: operator, login });
    const applied = await applyPlan(database, intent, { passwords: new Map() });
    expect(applied.server.user).toBe(operator);
    const owner = await rig.sql(
      `SELECT pg_get_userbyid(nspowner) AS owner FROM pg_namespace WHERE nspname = '${made}'`,
    );
    expect(owner.rows).toEqual([{ owner: operator }]);
    expect((await checkDatabase(database, intent.graph)).fingerprint).toBe(applied.fingerprint);
    expect((await planDatabase(database, intent)).statements).toEqual([]);
  });

  test('can be cancelled, although the role itself cannot end what its login runs', async () => {
    const database = opened(operator);
    const stop = new AbortController();
    const blocked = rig.role('blocked');
    const intent = intentOf(`roles: [{ name: ${blocked} }]`);
    const blocker = await rig.session();
    await blocker.query('BEGIN; SELECT pg_advisory_xact_lock(8099007861556438382)');
    const applying = applyPlan(database, intent, {
      passwords: new Map(),
      signal: stop.signal,
      lockTimeoutMs: 60_000,
    });
    await untilWaiting();
    stop.abort();
    await expect(applying).rejects.toMatchObject({ code: 'DatabaseTimeout' });
    await blocker.query('ROLLBACK');
  });

  test('is refused if the login cannot become the role, or the role does not exist', async () => {
    await expect(whoAmI(opened(stranger))).rejects.toMatchObject({
      code: 'InsufficientPrivileges',
      message: `the login role of the connection may not become role "${stranger}", which setRole names`,
      hint: `Run GRANT "${stranger}" TO the login role, from PostgreSQL 16 on WITH SET TRUE.`,
    });
    await expect(whoAmI(opened('no"body'))).rejects.toMatchObject({
      code: 'MissingDatabaseObject',
      message: 'role "no""body", which setRole names, does not exist on the server',
    });
  });
});
