import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defaultPayloadConverter, type Payload, type PayloadCodec } from '@temporalio/common';
import { encryptionCodec } from '../../runtime/encryption/codec.ts';
import { keysIn } from '../../runtime/encryption/keys.ts';
import { encryptionFrom } from '../../runtime/encryption/settings.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pgwarden-keys-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function addKey(name: string, text = randomBytes(32).toString('base64')): string {
  writeFileSync(join(folder, name), `${text}\n`);
  return text;
}

const plain = defaultPayloadConverter.toPayload({ role: 'payroll_reader' });

async function encode(codec: PayloadCodec, payload: Payload = plain): Promise<Payload> {
  const [one] = await codec.encode([payload]);
  if (one === undefined) throw new Error('no payload');
  return one;
}

async function decode(codec: PayloadCodec, payload: Payload): Promise<unknown> {
  const [one] = await codec.decode([payload]);
  return one && defaultPayloadConverter.fromPayload(one);
}

function keyOf({ metadata }: Payload): string {
  return Buffer.from(metadata?.['encryption-key-id'] ?? []).toString();
}

test('a payload is read back as it was, and nothing of it is readable in between', async () => {
  addKey('2027-01');
  const codec = encryptionCodec(keysIn(folder));
  const [first, second] = [await encode(codec), await encode(codec)];
  expect(Buffer.from(first.data ?? []).toString('latin1')).not.toContain('payroll');
  expect(first.data).not.toEqual(second.data);
  expect(await decode(codec, first)).toEqual({ role: 'payroll_reader' });
  expect(await decode(encryptionCodec(keysIn(folder)), second)).toEqual({ role: 'payroll_reader' });
});

test('a process takes another salt long before random nonces can repeat', async () => {
  addKey('2027-01');
  const codec = encryptionCodec(keysIn(folder), { payloadsPerSalt: 2 });
  const salts: string[] = [];
  for (let each = 0; each < 5; each += 1)
    salts.push(Buffer.from((await encode(codec)).data ?? []).toString('hex', 0, 16));
  const [first, second, third, fourth, fifth] = salts;
  expect([first, third]).toEqual([second, fourth]);
  expect(new Set([first, third, fifth]).size).toBe(3);
});

test('two payloads of one process or of two never have the same salt and nonce', async () => {
  addKey('2027-01');
  const codecs = [encryptionCodec(keysIn(folder)), encryptionCodec(keysIn(folder))];
  const all = await Promise.all(
    Array.from({ length: 200 }, (_, index) =>
      encode(codecs[index % 2] ?? encryptionCodec(keysIn(folder))),
    ),
  );
  const heads = all.map(({ data }) => Buffer.from(data ?? []).toString('hex', 0, 28));
  expect(new Set(heads).size).toBe(all.length);
});

test('a payload in which one bit was changed is refused, wherever the bit is', async () => {
  addKey('2027-01');
  const codec = encryptionCodec(keysIn(folder));
  const payload = await encode(codec);
  const data = Buffer.from(payload.data ?? []);
  for (let at = 0; at < data.length; at += 1) {
    const changed = Buffer.from(data);
    changed.writeUInt8(changed.readUInt8(at) ^ 1, at);
    await expect(codec.decode([{ ...payload, data: changed }])).rejects.toMatchObject({
      code: 'PayloadUnreadable',
    });
  }
  await expect(codec.decode([{ ...payload, data: data.subarray(0, 20) }])).rejects.toMatchObject({
    code: 'PayloadUnreadable',
  });
});

test('a payload that names another key than it was encrypted with is refused', async () => {
  const text = addKey('2027-01');
  addKey('2027-02.read', text);
  const codec = encryptionCodec(keysIn(folder));
  const payload = await encode(codec);
  const otherKey = { 'encryption-key-id': Buffer.from('2027-02') };
  const renamed = { ...payload, metadata: { ...payload.metadata, ...otherKey } };
  await expect(codec.decode([renamed])).rejects.toMatchObject({ code: 'PayloadUnreadable' });
});

test('payloads from before the encryption stay readable', async () => {
  addKey('2027-01');
  expect(await decode(encryptionCodec(keysIn(folder)), plain)).toEqual({ role: 'payroll_reader' });
});

test('the key whose name is last encrypts, and keys with the ending .read only decrypt', async () => {
  addKey('2026-12');
  const before = await encode(encryptionCodec(keysIn(folder)));
  addKey('2027-01');
  addKey('2027-02.read');
  const codec = encryptionCodec(keysIn(folder));
  expect([keyOf(before), keyOf(await encode(codec))]).toEqual(['2026-12', '2027-01']);
  expect(await decode(codec, before)).toEqual({ role: 'payroll_reader' });
});

test('with keys only for reading, new payloads are readable and old ones can still be decrypted', async () => {
  const text = addKey('2027-01');
  const before = await encode(encryptionCodec(keysIn(folder)));
  rmSync(join(folder, '2027-01'));
  addKey('2027-01.read', text);
  const codec = encryptionCodec(keysIn(folder));
  expect(await encode(codec)).toEqual(plain);
  expect(await decode(codec, before)).toEqual({ role: 'payroll_reader' });
});

test('a new key is used without a restart, and an invalid one changes nothing', async () => {
  let now = 0;
  addKey('2027-01');
  const codec = encryptionCodec(keysIn(folder, { now: () => now }));
  addKey('2027-02');
  expect(keyOf(await encode(codec))).toBe('2027-01');
  now += 60_000;
  expect(keyOf(await encode(codec))).toBe('2027-02');
  addKey('2027-03', 'short');
  now += 60_000;
  expect(keyOf(await encode(codec))).toBe('2027-02');
});

test('a payload of a key that another process got earlier waits until the key is here', async () => {
  const text = addKey('2027-02');
  const payload = await encode(encryptionCodec(keysIn(folder)));
  rmSync(join(folder, '2027-02'));
  addKey('2027-01');
  const late = encryptionCodec(keysIn(folder));
  const decoded = decode(late, payload);
  addKey('2027-02', text);
  expect(await decoded).toEqual({ role: 'payroll_reader' });
});

test('a payload whose key is gone is refused, and the message names the key', async () => {
  addKey('2026-12');
  const payload = await encode(encryptionCodec(keysIn(folder)));
  rmSync(join(folder, '2026-12'));
  addKey('2027-01');
  await expect(encryptionCodec(keysIn(folder)).decode([payload])).rejects.toMatchObject({
    code: 'PayloadUnreadable',
    message: `the key 2026-12 is not in folder ${folder}`,
  });
});

test.each([
  ['an empty folder', undefined, 'has no key'],
  ['a key of 16 bytes', ['a', randomBytes(16).toString('base64')], 'is not 32 bytes in base64'],
  ['a key in hexadecimal', ['a', randomBytes(32).toString('hex')], 'is not 32 bytes in base64'],
  ['a name with a space', ['a b', undefined], 'is not usable'],
] as const)('%s is refused at the start, without its content', (_what, file, message) => {
  const text = file === undefined ? 'nothing' : addKey(file[0], file[1]);
  const start = () => encryptionFrom({ PGWARDEN_ENCRYPTION_KEYS: folder });
  expect(start).toThrow(expect.objectContaining({ code: 'EncryptionKeyInvalid' }));
  expect(start).toThrow(expect.objectContaining({ message: expect.stringContaining(message) }));
  expect(start).not.toThrow(expect.objectContaining({ message: expect.stringContaining(text) }));
});

test('a folder that does not exist is refused, and without the setting nothing is encrypted', () => {
  const missing = join(folder, 'missing');
  expect(() => encryptionFrom({ PGWARDEN_ENCRYPTION_KEYS: missing })).toThrow(
    `${missing} cannot be read: ENOENT`,
  );
  expect(encryptionFrom({}).enabled).toBe(false);
});
