import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { ConnectionTarget } from '../../core/connection/target.ts';
import { openDatabase } from '../../postgres/pool.ts';
import { targetFromUrl } from '../../core/connection/target-from-url.ts';
import { rowsOf } from '../setup/rows.ts';
import { someMajors } from './rig.ts';
import { type TlsRig, openTlsRig } from './tls-rig.ts';

describe.each(someMajors)('with PostgreSQL %i', (major) => {
  let rig: TlsRig;
  beforeAll(async () => {
    rig = await openTlsRig(major);
  });
  afterAll(() => rig.close());

  /** Whether the session is encrypted, as the server reports. */
  async function encryptionOf(options: Partial<ConnectionTarget>): Promise<boolean> {
    const target = { ...targetFromUrl(rig.server.url), database: 'scram', ...options };
    const database = openDatabase(target);
    try {
      const { rows } = await database.use(({ client }) =>
        client.query<{ ssl: boolean }>('SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()'),
      );
      return rows[0]?.ssl ?? false;
    } finally {
      await database.close();
    }
  }

  const unknownAuthority = {
    code: 'DatabaseConnectionFailed',
    message: expect.stringMatching(
      /self.signed certificate|unable to verify|issuer cert/,
    ) as unknown,
    hint: expect.stringContaining('the CA in the Secret') as unknown,
  };
  const otherName = {
    code: 'DatabaseConnectionFailed',
    message: expect.stringContaining(
      "Hostname/IP does not match certificate's altnames",
    ) as unknown,
    hint: expect.stringContaining(
      'the certificate of the server contains the host name',
    ) as unknown,
  };

  test.each(['allow', 'prefer', 'require'] as const)(
    'sslMode %s encrypts and verifies nothing without a CA',
    async (sslMode) => {
      expect(await encryptionOf({ sslMode, host: 'localhost' })).toBe(true);
    },
  );

  test.each(['require', 'verify-ca'] as const)(
    'sslMode %s with a CA verifies the chain, and not the name',
    async (sslMode) => {
      const { ca, otherCa } = rig;
      expect(await encryptionOf({ sslMode, host: 'localhost', tls: { ca } })).toBe(true);
      await expect(encryptionOf({ sslMode, tls: { ca: otherCa } })).rejects.toMatchObject(
        unknownAuthority,
      );
    },
  );

  test('sslMode verify-full verifies the chain and the name, which can be an address', async () => {
    const { ca, otherCa } = rig;
    const sslMode = 'verify-full';
    expect(await encryptionOf({ sslMode, host: '127.0.0.1', tls: { ca } })).toBe(true);
    await expect(encryptionOf({ sslMode, host: 'localhost', tls: { ca } })).rejects.toMatchObject(
      otherName,
    );
    await expect(encryptionOf({ sslMode, tls: { ca: otherCa } })).rejects.toMatchObject(
      unknownAuthority,
    );
  });

  test.each(['verify-ca', 'verify-full'] as const)(
    'sslMode %s without a CA trusts public authorities only',
    async (sslMode) => {
      await expect(encryptionOf({ sslMode })).rejects.toMatchObject(unknownAuthority);
    },
  );

  test('prefer and allow use the only way that a server offers', async () => {
    for (const sslMode of ['prefer', 'allow'] as const) {
      expect(await encryptionOf({ sslMode, database: 'plain' })).toBe(false);
      expect(await encryptionOf({ sslMode, database: 'scram' })).toBe(true);
    }
    expect(await encryptionOf({ sslMode: 'prefer', database: 'postgres' })).toBe(true);
    expect(await encryptionOf({ sslMode: 'allow', database: 'postgres' })).toBe(false);
  });

  test("a client certificate logs in without a password, and another role's certificate does not", async () => {
    await rowsOf(rig.server.url, 'CREATE ROLE certified LOGIN');
    const login = { user: 'certified', password: undefined, database: 'certificate' };
    const at = { ...login, sslMode: 'verify-full', host: '127.0.0.1' } as const;
    const { ca } = rig;
    const own = await rig.certificateOf('certified');
    expect(await encryptionOf({ ...at, tls: { ca, ...own } })).toBe(true);
    const others = await rig.certificateOf('another');
    for (const tls of [{ ca, ...others }, { ca }])
      await expect(encryptionOf({ ...at, tls })).rejects.toMatchObject({
        code: 'DatabaseAuthenticationFailed',
      });
  });

  test('a key that does not match the certificate is refused, and the error does not contain it', async () => {
    const [one, other] = [await rig.certificateOf('one'), await rig.certificateOf('other_one')];
    const tls = { cert: one.cert, key: other.key };
    const refusal: unknown = await encryptionOf({ sslMode: 'require', tls }).catch(
      (error: unknown) => error,
    );
    expect(refusal).toMatchObject({ code: 'InvalidConnectionParams' });
    const [, secret = ''] = other.key.split('\n');
    expect(JSON.stringify(refusal) + String(refusal)).not.toContain(secret);
  });

  test('a required channel binding accepts SCRAM over TLS, and refuses every other login', async () => {
    const bound = { sslMode: 'require', channelBinding: 'require' } as const;
    expect(await encryptionOf({ ...bound, database: 'scram' })).toBe(true);
    for (const database of ['clear', 'trusting'])
      await expect(encryptionOf({ ...bound, database })).rejects.toMatchObject({
        code: 'DatabaseAuthenticationFailed',
        message: expect.stringContaining('SCRAM-SHA-256-PLUS') as unknown,
      });
    for (const sslMode of ['disable', 'allow', 'prefer'] as const)
      await expect(encryptionOf({ ...bound, sslMode, database: 'plain' })).rejects.toMatchObject({
        code: 'DatabaseAuthenticationFailed',
      });
  });

  test('without channel binding, and where it is only preferred, SCRAM works too', async () => {
    for (const channelBinding of ['disable', 'prefer'] as const)
      expect(await encryptionOf({ sslMode: 'require', channelBinding })).toBe(true);
  });
});
