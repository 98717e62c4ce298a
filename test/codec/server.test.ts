import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defaultPayloadConverter, type Payload, type PayloadCodec } from '@temporalio/common';
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey } from 'jose';
import { pino } from 'pino';
import { groupsIn } from '../../codec/tokens.ts';
import { codecServer } from '../../codec/server.ts';
import { encryptionCodec } from '../../runtime/encryption/codec.ts';
import { keysIn } from '../../runtime/encryption/keys.ts';

/** A codec server with a real OpenID provider's documents and keys. */
const ui = 'https://temporal.example.com';
const audience = 'temporal-ui';
let folder: string;
let codec: PayloadCodec;
let provider: Server;
let server: Server;
let issuer: string;
let address: string;
let signing: CryptoKey;
let stranger: CryptoKey;
const logged: string[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'pgwarden-keys-'));
  writeFileSync(join(folder, '2027-01'), randomBytes(32).toString('base64'));
  codec = encryptionCodec(keysIn(folder));
  const pair = await generateKeyPair('ES256');
  signing = pair.privateKey;
  stranger = (await generateKeyPair('ES256')).privateKey;
  const jwk = await exportJWK(pair.publicKey);
  provider = createServer(({ url }, response) => {
    const isKeys = url === '/keys';
    response.end(JSON.stringify(isKeys ? { keys: [jwk] } : { issuer, jwks_uri: `${issuer}/keys` }));
  });
  issuer = await listening(provider);
  const groupsOf = groupsIn({ issuer, audience, claim: 'groups' });
  const log = pino({}, { write: (line: string) => void logged.push(line) });
  server = codecServer({
    ...{ codec, groupsOf, origins: [ui], log },
    ...{ allowed: ['dba', 'audit'], encoders: ['operators'] },
  });
  address = await listening(server);
});

afterAll(() => {
  server.close();
  provider.close();
  rmSync(folder, { recursive: true });
});

async function listening(of: Server): Promise<string> {
  of.listen(0, '127.0.0.1');
  await once(of, 'listening');
  return `http://127.0.0.1:${String((of.address() as AddressInfo).port)}`;
}

interface Token {
  readonly groups?: unknown;
  readonly audience?: string;
  readonly issuer?: string;
  readonly expires?: string;
  readonly key?: CryptoKey;
}

function token(its: Token = {}): Promise<string> {
  return new SignJWT({ groups: its.groups ?? ['dba'] })
    .setProtectedHeader({ alg: 'ES256' })
    .setIssuer(its.issuer ?? issuer)
    .setAudience(its.audience ?? audience)
    .setExpirationTime(its.expires ?? '5m')
    .sign(its.key ?? signing);
}

function ask(path: string, body: string, headers: Readonly<Record<string, string>>) {
  return fetch(`${address}${path}`, { method: 'POST', body, headers: { origin: ui, ...headers } });
}

async function withToken(its: Token, body = '{"payloads":[]}', path = '/decode') {
  return ask(path, body, { authorization: `Bearer ${await token(its)}` });
}

function json(payloads: readonly Payload[]): string {
  return JSON.stringify({
    payloads: payloads.map(({ metadata, data }) => ({
      metadata: Object.fromEntries(
        Object.entries(metadata ?? {}).map(([name, bytes]) => [
          name,
          Buffer.from(bytes).toString('base64'),
        ]),
      ),
      data: Buffer.from(data ?? []).toString('base64'),
    })),
  });
}

const plain = defaultPayloadConverter.toPayload('+1 role payroll');

test('a reader gets the payloads that the worker encrypted, and those of before as they are', async () => {
  const encrypted = await codec.encode([plain]);
  const answer = await withToken({}, json([...encrypted, plain]));
  expect(answer.status).toBe(200);
  expect(answer.headers.get('access-control-allow-origin')).toBe(ui);
  expect(await answer.json()).toEqual(JSON.parse(json([plain, plain])));
});

test('what the UI encodes, the worker can read, and people who may only read cannot encode', async () => {
  expect((await withToken({}, json([plain]), '/encode')).status).toBe(403);
  const answer = await withToken({ groups: ['operators'] }, json([plain]), '/encode');
  const [encoded] = ((await answer.json()) as { payloads: { metadata: object; data: string }[] })
    .payloads;
  expect(JSON.stringify(encoded)).not.toContain(Buffer.from(plain.data ?? []).toString('base64'));
  const decoded = await withToken({}, JSON.stringify({ payloads: [encoded] }));
  expect(await decoded.json()).toEqual(JSON.parse(json([plain])));
});

test('an Ingress can put the server under a path', async () => {
  const answer = await withToken(
    {},
    json(await codec.encode([plain])),
    '/codec/decode?namespace=x',
  );
  expect(await answer.json()).toEqual(JSON.parse(json([plain])));
  expect((await withToken({}, json([plain]), '/decode/more')).status).toBe(404);
});

test('a payload that was changed stays unreadable, and the others are decrypted', async () => {
  const [first, second] = await codec.encode([plain, plain]);
  if (first === undefined || second === undefined) throw new Error('no payload');
  const data = Buffer.from(first.data ?? []);
  data.writeUInt8(data.readUInt8(40) ^ 1, 40);
  const changed = { ...first, data };
  const answer = await withToken({}, json([changed, second]));
  expect(await answer.json()).toEqual(JSON.parse(json([changed, plain])));
});

test.each<[string, number, Token | undefined]>([
  ['no token', 401, undefined],
  ['a token of another provider', 401, { issuer: 'https://other.example.com' }],
  ['a token for another application', 401, { audience: 'grafana' }],
  ['an expired token', 401, { expires: '-1m' }],
  ['a token without the group', 403, { groups: ['developers'] }],
  ['a token whose group only begins like the right one', 403, { groups: ['dba-trainee'] }],
  ['a token whose groups are no text', 403, { groups: { dba: true } }],
])('%s gets nothing: %i', async (_what, status, its) => {
  const body = json(await codec.encode([plain]));
  const answer = its === undefined ? await ask('/decode', body, {}) : await withToken(its, body);
  expect(answer.status).toBe(status);
  expect(await answer.text()).not.toContain('payloads');
});

test('a token that someone else signed, and one without a signature, get nothing', async () => {
  expect((await withToken({ key: stranger })).status).toBe(401);
  const [, claims] = (await token()).split('.');
  const header = Buffer.from('{"alg":"none"}').toString('base64url');
  const unsigned = { authorization: `Bearer ${header}.${claims ?? ''}.` };
  expect((await ask('/decode', '{"payloads":[]}', unsigned)).status).toBe(401);
});

test('a browser may ask from the UI and from no other page', async () => {
  const asked = (origin: string) =>
    fetch(`${address}/decode`, { method: 'OPTIONS', headers: { origin } });
  const [own, other] = [await asked(ui), await asked('https://evil.example.com')];
  expect(own.headers.get('access-control-allow-headers')).toContain('authorization');
  expect(other.headers.get('access-control-allow-origin')).toBeNull();
});

test.each([
  ['no JSON', 'payloads'],
  ['another form', '{"payload":1}'],
  ['no base64', '{"payloads":[{"data":"%%%"}]}'],
  ['more than 8 MiB', `{"payloads":[],"more":"${'x'.repeat(9 * 1024 * 1024)}"}`],
])('a body that is %s is refused', async (_what, body) => {
  const answer = await withToken({}, body).catch(() => ({ status: 400 }));
  expect(answer.status).toBe(400);
});

test('no token and no payload gets into the log', async () => {
  const secret = await token({ groups: ['developers'] });
  await ask('/decode', json([plain]), { authorization: `Bearer ${secret}` });
  expect(logged.length).toBeGreaterThan(0);
  expect(logged.join('')).not.toContain(secret.slice(0, 20));
  expect(logged.join('')).not.toContain('payroll');
});

test('Kubernetes sees that the server is alive and ready', async () => {
  for (const path of ['/livez', '/readyz'])
    expect((await fetch(`${address}${path}`)).status).toBe(200);
});
