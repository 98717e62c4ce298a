import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { parseBounds, rulesFor } from '../../core/bounds/parse.ts';
import { rowsOf } from '../setup/rows.ts';
import { uniqueName, type TestDatabase } from '../setup/servers.ts';
import { eventually } from '../workflows/wait.ts';
import { connection, openClusterWithDatabase, type Cluster } from './cluster.ts';

let cluster: Cluster;
let database: TestDatabase;
let close: () => Promise<void>;
let bounds = '[]';

beforeAll(async () => {
  ({ cluster, database, close } = await openClusterWithDatabase({
    bounds: {
      boundsOf: async (namespace) => {
        const rules = rulesFor(parseBounds(bounds, 'bounds.yaml'), namespace);
        return Promise.resolve({ rules, version: bounds });
      },
    },
  }));
  await rowsOf(
    database.url,
    'CREATE TABLE public.t (id int); CREATE SCHEMA other; CREATE TABLE other.t (id int)',
  );
}, 120_000);

afterAll(() => close());

beforeEach(() => {
  bounds = '[]';
});

const outOfBounds = { status: 'False', reason: 'PolicyOutOfBounds' };

const reads = (role: string, schema: string) => ({
  role,
  privileges: ['SELECT'],
  object: { type: 'table', schema, name: 't' },
});

async function mayRead(role: string, schema: string): Promise<boolean> {
  const sql = `SELECT has_table_privilege('${role}', '${schema}.t', 'SELECT') AS reads`;
  const [row] = await rowsOf<{ reads: boolean }>(database.url, sql);
  return row?.reads === true;
}

async function isGone(name: string): Promise<boolean> {
  return (await cluster.policies.read(name).catch(() => undefined)) === undefined;
}

test('a policy out of bounds is not Ready and Stalled, and its status names the rule', async () => {
  bounds = "[{ name: no-admins, namespaces: ['*'], forbidden_attributes: [createrole] }]";
  const name = uniqueName('app');
  await cluster.policy('admin', { connection, roles: [{ name, createrole: true }] });
  const { message } = await cluster.until('admin', 'Ready', outOfBounds);
  expect(message).toBe(
    `rule no-admins: gives role "${name}" createrole, but forbidden_attributes are createrole`,
  );
  await cluster.until('admin', 'Stalled', { status: 'True' });
  await cluster.policy('admin', { connection, roles: [{ name }] });
  await cluster.until('admin', 'Ready', { status: 'True' });
});

test('a deleted policy revokes from its own roles what is out of bounds by now', async () => {
  const role = uniqueName('app');
  const spec = { connection, deletion_policy: 'Revoke', roles: [{ name: role }] };
  await cluster.policy('tightened', { ...spec, grants: [reads(role, 'other')] });
  await cluster.until('tightened', 'Ready', { status: 'True' });
  expect(await mayRead(role, 'other')).toBe(true);
  bounds = "[{ name: moved, namespaces: ['*'], roles: [shop-*], schemas: [shop] }]";
  await cluster.policies.delete('tightened');
  await eventually(() => isGone('tightened'));
  expect(await mayRead(role, 'other')).toBe(false);
});

test('a deleted policy revokes nothing from other roles, whatever its spec named later', async () => {
  const [role, victim] = [uniqueName('shop'), uniqueName('victim')];
  await rowsOf(database.url, `CREATE ROLE ${victim}; GRANT SELECT ON other.t TO ${victim}`);
  bounds = "[{ name: shop, namespaces: ['*'], roles: [shop_*], schemas: [public] }]";
  const spec = { connection, deletion_policy: 'Revoke', roles: [{ name: role }] };
  await cluster.policy('thief', { ...spec, grants: [reads(role, 'public')] });
  await cluster.until('thief', 'Ready', { status: 'True' });
  const stolen = [reads(role, 'public'), reads(victim, 'other')];
  await cluster.policy('thief', { ...spec, grants: stolen });
  await cluster.until('thief', 'Ready', outOfBounds);
  await cluster.policies.delete('thief');
  const { message } = await eventually(async () => {
    const said = await cluster.until('thief', 'Ready', outOfBounds);
    return said.message.includes('takes') ? said : undefined;
  });
  expect(message).toContain(`rule shop: takes from role "${victim}", but roles are shop_*`);
  expect(await mayRead(victim, 'other')).toBe(true);
  await cluster.policy('thief', { ...spec, grants: [reads(role, 'public')] });
  await eventually(() => isGone('thief'));
  expect(await mayRead(role, 'public')).toBe(false);
  expect(await mayRead(victim, 'other')).toBe(true);
});
