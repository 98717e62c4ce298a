import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defaultPayloadConverter, type Payload, type PayloadCodec } from '@temporalio/common';
import { pino } from 'pino';
import { codecWithoutKeys, encryptionCodec } from '../../runtime/encryption/codec.ts';
import { keysIn } from '../../runtime/encryption/keys.ts';
import { encryptionFrom } from '../../runtime/encryption/settings.ts';

/** What a codec refuses, and what it reports. */
let pods: readonly [string, string];
let folder: string;
let now: number;
let lines: { readonly msg: string; readonly error?: string; readonly encryptionKey?: string }[];
const log = pino({}, { write: (line: string) => void lines.push(JSON.parse(line) as never) });

beforeEach(() => {
  const made = () => mkdtempSync(join(tmpdir(), 'pgwarden-keys-'));
  pods = [made(), made()];
  [folder] = pods;
  now = 0;
  lines = [];
});
afterEach(() => {
  for (const pod of pods) rmSync(pod, { recursive: true, force: true });
});

const plain = defaultPayloadConverter.toPayload('payroll');
const makeKey = () => randomBytes(32).toString('base64');

function codecOf(pod: string): PayloadCodec {
  return encryptionCodec(keysIn(pod, { log, now: () => now }));
}

async function encode(codec: PayloadCodec): Promise<Payload> {
  const [one] = await codec.encode([plain]);
  if (one === undefined) throw new Error('no payload');
  return one;
}

function required() {
  const env = { PGWARDEN_ENCRYPTION_KEYS: folder, PGWARDEN_ENCRYPTION_REQUIRED: 'true' };
  const [codec] = encryptionFrom(env).dataConverter.payloadCodecs ?? [];
  if (codec === undefined) throw new Error('no codec');
  return codec;
}

test('a process without keys reads plain payloads, and says that it has no key for others', async () => {
  writeFileSync(join(folder, '2027-01'), makeKey());
  const payload = await encode(codecOf(folder));
  expect(await codecWithoutKeys.decode([plain])).toEqual([plain]);
  await expect(codecWithoutKeys.decode([plain, payload])).rejects.toMatchObject({
    code: 'PayloadUnreadable',
    message: 'what Temporal stores is encrypted, and this process has no keys',
  });
});

test('where encryption is required, a plain payload is refused and an encrypted one is read', async () => {
  writeFileSync(join(folder, '2027-01'), makeKey());
  const codec = required();
  await expect(codec.decode([plain])).rejects.toMatchObject({ code: 'PayloadNotEncrypted' });
  const [decoded] = await codec.decode([await encode(codec)]);
  expect(decoded && defaultPayloadConverter.fromPayload(decoded)).toBe('payroll');
});

test('where encryption is required, nothing is written while all keys are only for reading', async () => {
  writeFileSync(join(folder, '2027-01.read'), makeKey());
  await expect(encode(required())).rejects.toMatchObject({ code: 'EncryptionKeyInvalid' });
});

test.each([
  [{ PGWARDEN_ENCRYPTION_REQUIRED: 'true' }, 'is set without PGWARDEN_ENCRYPTION_KEYS'],
  [{ PGWARDEN_ENCRYPTION_REQUIRED: 'yes' }, 'PGWARDEN_ENCRYPTION_REQUIRED is "yes"'],
])('%j is refused, so that a mistake does not accept plain payloads', (env, message) => {
  expect(() => encryptionFrom(env)).toThrow(expect.objectContaining({ code: 'Usage' }));
  expect(() => encryptionFrom(env)).toThrow(message);
});

test('two keys of one name are refused, because one could encrypt and the other one decrypt', () => {
  writeFileSync(join(folder, '2027-01'), makeKey());
  writeFileSync(join(folder, '2027-01.read'), makeKey());
  expect(() => keysIn(folder)).toThrow('has 2027-01 and 2027-01.read');
});

test.each(['', '../../etc/passwd', 'a\nb', 'x'.repeat(64)])(
  'a payload that names key %j is refused at once, and the message does not repeat the name',
  async (name) => {
    writeFileSync(join(folder, '2027-01'), makeKey());
    const codec = codecOf(folder);
    const payload = await encode(codec);
    const named = { 'encryption-key-id': Buffer.from(name) };
    const forged = { ...payload, metadata: { ...payload.metadata, ...named } };
    await expect(codec.decode([forged])).rejects.toMatchObject({
      code: 'PayloadUnreadable',
      message: 'an encrypted payload names no key',
    });
  },
);

test('with a step that only reads, each of two pods can read the other at every moment of a rotation', async () => {
  const [oldKey, newKey] = [makeKey(), makeKey()];
  for (const pod of pods) writeFileSync(join(pod, '2027-01'), oldKey);
  const codecs = pods.map(codecOf);
  const bothRead = async () => {
    now += 60_000;
    const payloads = await Promise.all(codecs.map(encode));
    for (const codec of codecs)
      expect((await codec.decode(payloads)).map((each) => each.data)).toEqual([
        plain.data,
        plain.data,
      ]);
  };
  for (const pod of pods) {
    writeFileSync(join(pod, '2027-02.read'), newKey);
    await bothRead();
  }
  for (const pod of pods) {
    renameSync(join(pod, '2027-02.read'), join(pod, '2027-02'));
    await bothRead();
  }
  for (const pod of pods) {
    renameSync(join(pod, '2027-01'), join(pod, '2027-01.read'));
    await bothRead();
  }
  expect(lines.map(({ encryptionKey }) => encryptionKey)).toEqual([
    ...['2027-01', '2027-01'],
    ...['2027-02', '2027-02'],
  ]);
});

test('the log says once why a change of the folder has no effect, and that encryption ended', async () => {
  const key = makeKey();
  writeFileSync(join(folder, '2027-01'), key);
  const codec = codecOf(folder);
  writeFileSync(join(folder, '2027-02'), 'short');
  for (let each = 0; each < 3; each += 1) {
    now += 60_000;
    await encode(codec);
  }
  rmSync(join(folder, '2027-02'));
  renameSync(join(folder, '2027-01'), join(folder, '2027-01.read'));
  now += 60_000;
  expect(await encode(codec)).toEqual(plain);
  expect(lines.map(({ msg }) => msg)).toEqual([
    'encryption began',
    'encryption keys not changed',
    'encryption ended',
  ]);
  expect(JSON.stringify(lines)).not.toContain(key);
});
