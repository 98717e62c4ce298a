import { createHash, createHmac } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { isScramVerifierOf, scramVerifier } from '../../postgres/scram.ts';

const salt = Buffer.from('W22ZaJ0SNY7soEsUEjb6gQ==', 'base64');

function keysOf(verifier: string): { stored: Buffer; server: Buffer } {
  const [, stored = '', server = ''] =
    /^SCRAM-SHA-256\$4096:[^$]+\$([^:]+):(.+)$/.exec(verifier) ?? [];
  return { stored: Buffer.from(stored, 'base64'), server: Buffer.from(server, 'base64') };
}

/** Source: RFC 7677, section 3. */
const exchange =
  'n=user,r=rOprNGfwEbeRWgbNEkqO,' +
  'r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096,' +
  'c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0';

describe('a SCRAM-SHA-256 verifier', () => {
  test('accepts the client, and signs like the server, in the exchange of RFC 7677', async () => {
    const { stored, server } = keysOf(await scramVerifier('pencil', { salt }));
    const signature = createHmac('sha256', server).update(exchange).digest('base64');
    expect(signature).toBe('6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=');

    const proof = Buffer.from('dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=', 'base64');
    const mask = createHmac('sha256', stored).update(exchange).digest();
    const clientKey = proof.map((byte, index) => byte ^ (mask[index] ?? 0));
    expect(createHash('sha256').update(clientKey).digest()).toEqual(stored);
  });

  test('has a new salt each time', async () => {
    const [one, two] = [await scramVerifier('pencil'), await scramVerifier('pencil')];
    expect(one).not.toBe(two);
    expect(one).toMatch(
      /^SCRAM-SHA-256\$4096:[A-Za-z0-9+/]{22}==\$[A-Za-z0-9+/]{43}=:[A-Za-z0-9+/]{43}=$/,
    );
  });

  /** Source: RFC 4013, section 3. */
  test.each([
    ['I\u00adX', 'IX'],
    ['user', 'user'],
    ['\u00aa', 'a'],
    ['\u2168', 'IX'],
    ['a\u00a0b', 'a b'],
  ])('of %j is that of %j: SASLprep', async (typed, prepared) => {
    expect(await scramVerifier(typed, { salt })).toBe(await scramVerifier(prepared, { salt }));
  });

  test.each(['pencil', ' ', 'a\u00a0b'])('is recognized as one of %j', async (password) => {
    const verifier = await scramVerifier(password, { iterations: 5000 });
    expect(verifier).toMatch(/^SCRAM-SHA-256\$5000:/);
    expect(await isScramVerifierOf(password, verifier)).toBe(true);
    expect(await isScramVerifierOf(`${password}x`, verifier)).toBe(false);
  });

  test('that would take minutes to compare counts as one of another password', async () => {
    const verifier = await scramVerifier('pencil', { salt });
    const costly = verifier.replace('$4096:', '$2147483647:');
    for (const other of [costly, '', 'md5', verifier.replace('$4096:', '$0:')])
      expect(await isScramVerifierOf('pencil', other)).toBe(false);
  });
});
