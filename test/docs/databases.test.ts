import { expect, test } from '@jest/globals';
import { parseDocuments } from '../../core/document/document.ts';
import { resolveConnection } from '../../sources/connection.ts';
import type { SecretRecord } from '../../sources/source.ts';
import { newAuthority } from '../setup/certificates.ts';
import { blocks } from './pages.ts';

type Layouts = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** Secrets as the operators create them, with their keys. */
const layouts: Layouts = {
  // cloudnative-pg, pkg/specs/secrets.go; the superuser's database is written as *.
  'shop-db-superuser': cloudNativePg('postgres', '*'),
  'shop-db-app': cloudNativePg('app', 'shop'),
  'postgres.acid-shop.credentials.postgresql.acid.zalan.do': {
    username: 'postgres',
    password: 'secret',
  },
  // postgres-operator of Crunchy Data, a user without databases: neither dbname nor uri.
  'shop-pguser-postgres': {
    host: 'shop-primary.shop.svc',
    port: '5432',
    user: 'postgres',
    password: 'secret',
    verifier: 'SCRAM-SHA-256$…',
  },
  'shop-cloud-sql': { password: 'secret' },
  'shop-azure': { password: 'secret' },
};

function cloudNativePg(user: string, dbname: string) {
  return {
    ...{ username: user, user, password: 'secret', dbname, host: 'shop-db-rw', port: '5432' },
    uri: `postgresql://${user}:secret@shop-db-rw.shop:5432/${dbname}`,
    'fqdn-uri': `postgresql://${user}:secret@shop-db-rw.shop.svc.cluster.local:5432/${dbname}`,
  };
}

test('each recipe reaches the database that its operator or cloud runs', async () => {
  const recipes = blocks('how-to/connect-a-database.md', 'yaml').filter((text) =>
    text.includes('kind: PostgresPolicy'),
  );
  expect(await Promise.all(recipes.map(reached))).toEqual([
    'postgres:secret@shop-db-rw.shop.svc:5432/shop require',
    'shop_manager:@shop-db-rw.shop.svc:5432/shop verify-full ca cert key',
    'app:secret@shop-db-rw.shop:5432/shop prefer',
    'postgres:secret@acid-shop.databases.svc:5432/shop require',
    'postgres:secret@shop-primary.shop.svc:5432/shop require',
    'master:change-me@shop.abc123.eu-central-1.rds.amazonaws.com:5432/shop verify-full',
    'pgwarden:@shop.abc123.eu-central-1.rds.amazonaws.com:5432/shop verify-full ca aws_rds_iam',
    'postgres:secret@cloud-sql-proxy.shop.svc:5432/shop disable',
    'db-login@shop-project.iam:@10.20.0.5:5432/shop verify-ca ca gcp_workload_identity',
    'shopadmin:secret@shop.postgres.database.azure.com:5432/shop verify-full',
    'pgwarden:@shop.postgres.database.azure.com:5432/shop verify-full azure_workload_identity',
  ]);
});

/** For CloudNativePG, with a client certificate as its kubectl plugin creates it. */
async function certificates(): Promise<Layouts> {
  const authority = await newAuthority('shop-db');
  const { cert, key } = await authority.client('shop_manager');
  return {
    'shop-db-ca': { 'ca.crt': authority.cert, 'ca.key': authority.key },
    'shop-rds-ca': { 'ca.crt': authority.cert },
    'shop-cloud-sql-ca': { 'server-ca.pem': authority.cert },
    'shop-db-manager': { 'tls.crt': cert, 'tls.key': key },
  };
}

async function reached(recipe: string): Promise<string> {
  const documents = parseDocuments(recipe, 'recipe');
  const own = documents.flatMap((document) =>
    document.kind === 'secret' ? [[document.ref.name, document.data] as const] : [],
  );
  const theirs = Object.entries({ ...layouts, ...(await certificates()) }).map(([name, values]) => {
    const data = Object.entries(values).map(([key, text]) => [key, Buffer.from(text)] as const);
    return [name, new Map(data)] as const;
  });
  const secrets = new Map<string, SecretRecord['data']>([...theirs, ...own]);
  const [policy] = documents.filter(({ kind }) => kind === 'policy');
  if (policy?.kind !== 'policy') throw new Error('no policy');
  const { ref, spec, graph } = policy;
  const readSecret = ({ name }: { readonly name: string }) => {
    const data = secrets.get(name);
    return Promise.resolve(data === undefined ? undefined : { version: '1', data });
  };
  const content = { spec, graph };
  const { target, auth } = await resolveConnection({ readSecret }, { ref, content });
  const { user, password = '', host, port, database, sslMode, tls = {} } = target;
  const identity = auth === undefined ? [] : [auth.type];
  const point = `${user}:${password}@${host}:${port}/${database}`;
  return [point, sslMode, ...Object.keys(tls), ...identity].join(' ');
}
