import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { z } from 'zod';
import { blocks } from '../docs/pages.ts';
import { type Authority, newAuthority } from '../setup/certificates.ts';
import { rowsOf } from '../setup/rows.ts';
import { uniqueName } from '../setup/servers.ts';
import { startTlsServer } from '../setup/tls-server.ts';
import { newestMajor } from '../workflows/bench.ts';
import { openCluster, type Cluster } from './cluster.ts';

let cluster: Cluster;
let server: Awaited<ReturnType<typeof startTlsServer>>;
let authority: Authority;

beforeAll(async () => {
  authority = await newAuthority('shop-db');
  server = await startTlsServer(newestMajor(), authority);
  cluster = await openCluster();
}, 120_000);

afterAll(async () => {
  await cluster.close();
  await server.stop();
});

const recipe = z.object({
  spec: z.looseObject({ connection: z.object({ params: z.looseObject({}) }) }),
});

/** The recipe with client certificates, with the test server instead of CloudNativePG's. */
function recipeSpec(changed: object, others: object = {}): object {
  const [text = ''] = blocks('how-to/connect-a-database.md', 'yaml').filter(
    (block) =>
      block.includes('kind: PostgresPolicy\nmetadata: { name: shop }') && block.includes('sslCert'),
  );
  const { spec } = recipe.parse(parse(text));
  const { params } = spec.connection;
  const here = { host: 'localhost', port: server.port };
  return { ...spec, connection: { params: { ...params, ...here, ...changed } }, ...others };
}

async function client(role: string, its = authority): Promise<Record<string, string>> {
  const { cert, key } = await its.client(role);
  return { 'tls.crt': cert, 'tls.key': key };
}

const ready = { status: 'True' };
const unreachable = { status: 'False', reason: 'DatabaseConnectionFailed' };

test('the recipe with a client certificate applies a policy without a password, and verifies the server', async () => {
  const role = uniqueName('reader');
  await cluster.secret('shop-db-ca', { 'ca.crt': authority.cert, 'ca.key': authority.key });
  await cluster.secret('shop-db-manager', await client('shop_manager'));
  await cluster.policy('recipe', recipeSpec({}, { mode: 'apply', roles: [{ name: role }] }));
  await cluster.until('recipe', 'Ready', ready);
  const rows = `SELECT rolname FROM pg_catalog.pg_roles WHERE rolname = '${role}'`;
  expect(await rowsOf(server.url, rows)).toHaveLength(1);
});

test('a server with another name, or with a certificate of another authority, is refused', async () => {
  await cluster.policy('other-name', recipeSpec({ host: '127.0.0.1' }));
  await cluster.until('other-name', 'Ready', unreachable);
  const other = await newAuthority('other');
  await cluster.secret('other-ca', { 'ca.crt': other.cert });
  const params = { sslRootCertSecret: { name: 'other-ca', key: 'ca.crt' } };
  await cluster.policy('other-authority', recipeSpec(params));
  await cluster.until('other-authority', 'Ready', unreachable);
});

test('a replaced certificate is used at once, without a restart', async () => {
  const other = await newAuthority('other');
  await cluster.secret('rotating-ca', { 'ca.crt': other.cert });
  await cluster.secret('rotating-client', await client('shop_manager', other));
  const params = {
    sslRootCertSecret: { name: 'rotating-ca', key: 'ca.crt' },
    sslCertSecret: { name: 'rotating-client', key: 'tls.crt' },
    sslKeySecret: { name: 'rotating-client', key: 'tls.key' },
  };
  await cluster.policy('rotates', recipeSpec(params, { interval: '1h' }));
  await cluster.until('rotates', 'Ready', unreachable);
  await cluster.secret('rotating-ca', { 'ca.crt': other.cert + authority.cert });
  await cluster.secret('rotating-client', await client('shop_manager'));
  await cluster.until('rotates', 'Ready', ready);
  await cluster.secret('rotating-client', await client('somebody_else'));
  await cluster.until('rotates', 'Ready', {
    status: 'False',
    reason: 'DatabaseAuthenticationFailed',
  });
});

test('certificates in the Secret of a connection URL work in the same way', async () => {
  const url = `postgresql://shop_manager@localhost:${String(server.port)}/shop`;
  await cluster.secret('url', {
    ...(await client('shop_manager')),
    'ca.crt': authority.cert,
    DATABASE_URL: url,
  });
  const spec = { connection: { secretRef: { name: 'url' } }, mode: 'observe', roles: [] };
  await cluster.policy('url', spec);
  await cluster.until('url', 'Ready', ready);
});
