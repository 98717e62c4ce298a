import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Authority, newAuthority } from '../setup/certificates.ts';
import { assertion, bodySecret, type Cloud, startCloud } from '../setup/cloud.ts';
import { roleExists, rowsOf } from '../setup/rows.ts';
import { majors } from '../setup/servers.ts';
import { startTlsServer } from '../setup/tls-server.ts';
import { lastWords, runCli } from './run-cli.ts';

const [newest = 18] = [...majors()].reverse();
let authority: Authority;
let cloud: Cloud;
let server: Awaited<ReturnType<typeof startTlsServer>>;
let folder: string;

beforeAll(async () => {
  authority = await newAuthority('shop-db');
  cloud = await startCloud(authority);
  server = await startTlsServer(newest, authority);
  folder = await mkdtemp(join(tmpdir(), 'pgwarden-cloud-cli-'));
});

afterAll(async () => {
  await server.stop();
  await cloud.close();
  await rm(folder, { recursive: true });
});

const account = 'db-login@shop.iam.gserviceaccount.com';

const identities = [
  {
    auth: 'type: gcp_workload_identity',
    token: 'gcp-token-',
    asked: ['service-accounts/default/token?scopes=https%3A%2F%2Fwww.googleapis.com%2Fauth%2F'],
  },
  {
    auth: `type: gcp_workload_identity, impersonateServiceAccount: ${account}`,
    token: 'impersonated-token-',
    asked: [
      '/service-accounts/default/token',
      `iamcredentials.googleapis.com/v1/projects/-/serviceAccounts/${account}:generateAccessToken {"delegates":[],"scope":["https://www.googleapis.com/auth/sqlservice.login"]`,
    ],
  },
  {
    auth: 'type: azure_workload_identity',
    token: 'azure-token-',
    asked: [
      'login.microsoftonline.com/11111111-2222-3333-4444-555555555555/oauth2/v2.0/token',
      ' client_id=66666666-7777-8888-9999-000000000000&scope=https%3A%2F%2Fossrdbms-aad.database.windows.net%2F.default',
    ],
  },
];

test.each(identities)(
  'apply logs in with the token of { $auth }, and does not print it',
  async ({ auth, token, asked }) => {
    const text = `${token}${String(cloud.calls.length)}`;
    cloud.calls.length = 0;
    cloud.behave({ token: text.slice(token.length) });
    await rowsOf(server.url, `ALTER ROLE cloud_manager PASSWORD '${text}'`);
    const role = text.replaceAll('-', '_');
    const result = await apply(auth, role);
    expect(result).toMatchObject({ code: 0, stdout: expect.stringContaining(`"${role}"`) });
    expect(await roleExists(server.url, role)).toBe(true);
    expect(result.stdout + result.stderr).not.toContain(text);
    const calls = cloud.calls.map(({ what, body }) => `${what} ${body}`).join('\n');
    for (const part of asked) expect(calls).toContain(part);
  },
);

test.each([...identities, { auth: 'type: aws_rds_iam, region: eu-central-1' }])(
  'apply reports an error code when the cloud refuses { $auth }, and does not print the answer',
  async ({ auth }) => {
    cloud.behave('refuse');
    const result = await apply(auth, 'never');
    expect(result.code).toBe(1);
    const said = lastWords(result).join('\n');
    expect(said).toMatch(
      /error: CloudTokenFailed: cannot get a token for auth \w+: the request failed \(.*(HTTP 403|AADSTS700016)/,
    );
    for (const secret of [bodySecret, assertion]) {
      expect(result.stdout + result.stderr).not.toContain(secret);
    }
  },
);

test('the error for a rejected token does not contain the token', async () => {
  cloud.behave({ token: 'of-someone-else' });
  const result = await apply('type: azure_workload_identity', 'never');
  expect(lastWords(result).join('\n')).toContain('error: DatabaseAuthenticationFailed: ');
  expect(result.stdout + result.stderr).not.toContain('of-someone-else');
});

test('a server with a certificate of an unknown authority gets no token', async () => {
  cloud.behave({ token: '1' });
  const stranger = (await newAuthority('stranger')).cert;
  for (const { auth } of identities) {
    const result = await apply(auth, 'never', stranger);
    expect(lastWords(result).join('\n')).toContain('error: DatabaseConnectionFailed: ');
  }
});

async function apply(auth: string, role: string, ca = authority.cert) {
  const path = join(folder, 'policy.yaml');
  await writeFile(
    path,
    `apiVersion: v1
kind: Secret
metadata: { name: ca }
stringData: { ca.crt: ${JSON.stringify(ca)} }
---
apiVersion: pgroles.io/v1alpha1
kind: PostgresPolicy
metadata: { name: shop }
spec:
  connection:
    params:
      host: localhost
      port: ${String(server.port)}
      dbname: shop
      username: cloud_manager
      sslRootCertSecret: { name: ca, key: ca.crt }
      auth: { ${auth} }
  reconciliation_mode: additive
  roles: [{ name: ${role} }]
`,
  );
  return runCli(['apply', '-f', path], { env: cloud.env });
}
