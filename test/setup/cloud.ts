import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, connect, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import type { Authority } from './certificates.ts';

/** Requests for tokens that the cloud received, by host and path. */
interface CloudCall {
  readonly what: string;
  readonly body: string;
}

/**
 * The token services of three clouds, on loopback. The metadata server of Google and AWS's STS use plain HTTP; IAM
 * Credentials and Entra are behind a proxy, under their own names.
 */
export interface Cloud {
  readonly calls: CloudCall[];
  /** The variables that pods get from the webhooks of their cloud. */
  readonly env: Readonly<Record<string, string>>;
  /** How it answers from now on. */
  behave(how: Behavior): void;
  close(): Promise<void>;
}

/** `token` is the end of the text of its tokens. */
type Behavior = { readonly token: string } | 'refuse' | 'silent';

export const assertion = 'assertion-of-the-pod';
/** In the body of every refusal. */
export const bodySecret = 'what-the-cloud-answered';
export const awsSecretKey = 'aws-secret-key';
const hosts = ['iamcredentials.googleapis.com', 'login.microsoftonline.com'];
const hour = 3_600;

export async function startCloud(authority: Authority): Promise<Cloud> {
  const folder = await mkdtemp(join(tmpdir(), 'pgwarden-cloud-'));
  await writeFile(join(folder, 'ca.crt'), authority.cert);
  await writeFile(join(folder, 'token'), assertion);
  const calls: CloudCall[] = [];
  let how: Behavior = { token: '1' };
  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    void bodyOf(request).then((body) => {
      const what = `${request.headers.host ?? ''}${request.url ?? ''}`;
      calls.push({ what, body });
      if (how === 'silent') return;
      const token = how === 'refuse' ? undefined : how.token;
      const [status, type, text] = answerTo(what, body, token);
      response.writeHead(status, { 'content-type': type, 'metadata-flavor': 'Google' });
      response.end(text);
    });
  };
  const secure = createTlsServer(await authority.server(hosts), answer);
  const securePort = await listening(secure);
  const plain = createServer(answer);
  const tunnels = new Set<Duplex>();
  plain.on('connect', (_request, socket) => {
    const tunnel = connect(securePort, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      socket.pipe(tunnel).pipe(socket);
    });
    for (const end of [tunnel, socket]) {
      tunnels.add(end);
      end.on('error', () => tunnel.destroy());
    }
  });
  const address = `127.0.0.1:${String(await listening(plain))}`;
  return {
    calls,
    env: environment(folder, address),
    behave(next) {
      how = next;
    },
    async close() {
      for (const server of [plain, secure]) {
        server.close();
        server.closeAllConnections();
      }
      for (const socket of tunnels) socket.destroy();
      await rm(folder, { recursive: true });
    },
  };
}

function environment(folder: string, address: string): Record<string, string> {
  const file = join(folder, 'token');
  return {
    NODE_EXTRA_CA_CERTS: join(folder, 'ca.crt'),
    HTTPS_PROXY: `http://${address}`,
    NO_PROXY: '127.0.0.1',
    GCE_METADATA_HOST: address,
    AWS_ENDPOINT_URL_STS: `http://${address}`,
    AWS_REGION: 'us-east-1',
    AWS_ROLE_ARN: 'arn:aws:iam::123456789012:role/pgwarden',
    AWS_WEB_IDENTITY_TOKEN_FILE: file,
    AWS_EC2_METADATA_DISABLED: 'true',
    AZURE_TENANT_ID: '11111111-2222-3333-4444-555555555555',
    AZURE_CLIENT_ID: '66666666-7777-8888-9999-000000000000',
    AZURE_FEDERATED_TOKEN_FILE: file,
    AZURE_AUTHORITY_HOST: 'https://login.microsoftonline.com/',
    HOME: folder,
  };
}

type Answer = readonly [status: number, type: string, text: string];

function answerTo(what: string, body: string, token: string | undefined): Answer {
  if (what.includes('/discovery/instance')) return json(200, discovery);
  if (what.includes('openid-configuration')) return json(200, openId(what));
  if (body.includes('AssumeRoleWithWebIdentity')) return roleAnswer(token);
  if (token === undefined) return json(403, refusal);
  if (what.endsWith('/instance')) return [200, 'text/plain', 'service-accounts/'];
  if (what.includes('/service-accounts/default/token')) {
    return json(200, {
      access_token: `gcp-token-${token}`,
      expires_in: hour,
      token_type: 'Bearer',
    });
  }
  if (what.includes(':generateAccessToken')) {
    const expireTime = new Date(Date.now() + hour * 1_000).toISOString();
    return json(200, { accessToken: `impersonated-token-${token}`, expireTime });
  }
  if (what.includes('/oauth2/v2.0/token')) {
    return json(200, {
      access_token: `azure-token-${token}`,
      expires_in: hour,
      token_type: 'Bearer',
    });
  }
  return json(404, {});
}

const refusal = {
  error: 'invalid_client',
  error_description: `AADSTS700016: ${bodySecret}`,
  error_codes: [700016],
  message: bodySecret,
};

function json(status: number, value: object): Answer {
  return [status, 'application/json', JSON.stringify(value)];
}

const discovery = {
  tenant_discovery_endpoint:
    'https://login.microsoftonline.com/common/v2.0/.well-known/openid-configuration',
  'api-version': '1.1',
  metadata: [
    {
      preferred_network: 'login.microsoftonline.com',
      preferred_cache: 'login.windows.net',
      aliases: ['login.microsoftonline.com', 'login.windows.net'],
    },
  ],
};

function openId(what: string): object {
  const [, tenant = ''] = what.split('/');
  const base = `https://login.microsoftonline.com/${tenant}`;
  return {
    issuer: `${base}/v2.0`,
    authorization_endpoint: `${base}/oauth2/v2.0/authorize`,
    token_endpoint: `${base}/oauth2/v2.0/token`,
    jwks_uri: `${base}/discovery/v2.0/keys`,
  };
}

function roleAnswer(token: string | undefined): Answer {
  if (token === undefined) {
    const error = `<Error><Code>AccessDenied</Code><Message>${bodySecret}</Message></Error>`;
    return [403, 'text/xml', `<ErrorResponse>${error}</ErrorResponse>`];
  }
  const credentials = [
    '<AccessKeyId>AKIAEXAMPLE</AccessKeyId>',
    `<SecretAccessKey>${awsSecretKey}</SecretAccessKey>`,
    `<SessionToken>session-${token}</SessionToken>`,
    `<Expiration>${new Date(Date.now() + hour * 1_000).toISOString()}</Expiration>`,
  ].join('');
  const result = `<AssumeRoleWithWebIdentityResult><Credentials>${credentials}</Credentials></AssumeRoleWithWebIdentityResult>`;
  return [
    200,
    'text/xml',
    `<AssumeRoleWithWebIdentityResponse>${result}</AssumeRoleWithWebIdentityResponse>`,
  ];
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let body = '';
  for await (const chunk of request) body += String(chunk);
  return body;
}

function listening(server: Server): Promise<number> {
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      resolve(port);
    });
  });
}
