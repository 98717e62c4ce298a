import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import pg from 'pg';
import { usualKey } from '../../postgres/writer-holders.ts';
import { runCli } from '../cli/run-cli.ts';
import { rowsOf } from '../setup/rows.ts';
import { freshDatabase, majors, uniqueName, type TestDatabase } from '../setup/servers.ts';

const [newest = 18] = [...majors()].reverse();
const schemas = ['sales', 'stock'];
const stable = ['a', 'b', 'c'];
const team = uniqueName('team');
const stranger = uniqueName('stranger');
const roles = Array.from({ length: 8 }, (_, index) => `${team}_${String(index)}`);

let databases: readonly TestDatabase[];
let folder: string;

beforeAll(async () => {
  databases = await Promise.all([freshDatabase(newest), freshDatabase(newest)]);
  folder = await mkdtemp(join(tmpdir(), 'pgwarden-ten-'));
  const tables = schemas.flatMap((schema) => [
    `CREATE SCHEMA ${schema}`,
    ...stable.map((name) => `CREATE TABLE ${schema}.${name} (id int)`),
  ]);
  for (const { url } of databases) await rowsOf(url, tables.join(';'));
});

afterAll(async () => {
  const names = [team, ...roles].join(', ');
  const [one] = databases;
  for (const { url } of databases) await rowsOf(url, `DROP OWNED BY ${names} CASCADE`);
  if (one !== undefined) await rowsOf(one.url, `DROP ROLE ${names}, ${stranger}`);
  for (const { drop } of databases) await drop();
  await rm(folder, { recursive: true });
});

/** Every process declares the team and all roles. The grants are the same in both databases. */
const manifest = `
roles:
  - { name: ${team}, comment: ten at once }
${roles.map((name) => `  - { name: ${name}, connection_limit: 7 }`).join('\n')}
memberships: [{ role: ${team}, members: [${roles.map((name) => `{ name: ${name} }`).join(', ')}] }]
grants:
${schemas
  .flatMap((schema) => [
    `  - { role: ${team}, privileges: [USAGE], object: { type: schema, name: ${schema} } }`,
    ...roles.map(
      (name) =>
        `  - { role: ${name}, privileges: [SELECT, INSERT], object: { type: table, schema: ${schema}, name: '*' } }`,
    ),
  ])
  .join('\n')}
`;

/** Creates and drops tables until `stop` resolves; returns how many. */
async function churn({ url }: TestDatabase, isDone: () => boolean): Promise<number> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  let count = 0;
  while (!isDone()) {
    for (const schema of schemas) {
      await client.query(`CREATE TABLE ${schema}.passing_${String(count)} (id int)`);
      if (count >= 5) await client.query(`DROP TABLE ${schema}.passing_${String(count - 5)}`);
    }
    count += 1;
  }
  for (const schema of schemas)
    for (let index = Math.max(count - 5, 0); index < count; index += 1)
      await client.query(`DROP TABLE IF EXISTS ${schema}.passing_${String(index)}`);
  await client.end();
  return count;
}

/** Sessions that hold the lock of writers, one in each database, and have no other privileges. */
async function otherSessions(): Promise<readonly pg.Client[]> {
  const [one] = databases;
  if (one !== undefined) await rowsOf(one.url, `CREATE ROLE ${stranger} LOGIN PASSWORD 'x'`);
  return Promise.all(
    databases.map(async ({ url }) => {
      const connection = new URL(url);
      Object.assign(connection, { username: stranger, password: 'x' });
      const client = new pg.Client({ connectionString: connection.href });
      await client.connect();
      await client.query(`SELECT pg_advisory_lock(${String(usualKey)})`);
      return client;
    }),
  );
}

test.each([
  ['', () => Promise.resolve([])],
  [' and another session holds the lock of writers', otherSessions],
])(
  'ten concurrent applies in two databases, while tables are created and dropped%s, all succeed',
  async (_who, hold) => {
    const holders = await hold();
    const path = join(folder, 'pgroles.yaml');
    for (const { url } of databases)
      await rowsOf(
        url,
        `DO $$ DECLARE r text; BEGIN FOR r IN SELECT rolname FROM pg_roles WHERE rolname LIKE '${team}%' LOOP EXECUTE 'DROP OWNED BY ' || r; END LOOP; END $$`,
      );
    await writeFile(path, manifest);
    let done = false;
    const churning = databases.map((database) => churn(database, () => done));
    const results = await Promise.all(
      Array.from({ length: 10 }, (_, index) => {
        const { url = '' } = databases[index % databases.length] ?? {};
        return runCli(['apply', '-f', path], { env: { DATABASE_URL: url } });
      }),
    );
    done = true;
    await Promise.all(holders.map((holder) => holder.end()));
    const made = await Promise.all(churning);
    expect(results.map(({ code, stderr }) => (code === 0 ? 0 : stderr))).toEqual(Array(10).fill(0));
    expect(Math.min(...made)).toBeGreaterThan(10);
    for (const { url } of databases) {
      const diff = await runCli(['diff', '-f', path], { env: { DATABASE_URL: url } });
      expect(diff.stdout).toBe('-- No changes needed. Database is in sync with manifest.\n');
      const granted = roles.flatMap((role) =>
        schemas.flatMap((schema) =>
          stable.map((name) => `has_table_privilege('${role}', '${schema}.${name}', 'INSERT')`),
        ),
      );
      expect(await rowsOf(url, `SELECT ${granted.join(' AND ')} AS granted`)).toEqual([
        { granted: true },
      ]);
    }
  },
  120_000,
);
