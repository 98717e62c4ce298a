import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { quoteLiteral } from '../../core/sql.ts';
import { applyPlan } from '../../postgres/apply.ts';
import type { Database } from '../../postgres/pool.ts';
import { openDatabase } from '../../postgres/pool.ts';
import { targetFromUrl } from '../../core/connection/target-from-url.ts';
import { rowsOf } from '../setup/rows.ts';
import type { LoginRig } from './login-rig.ts';
import { methods, openLoginRig } from './login-rig.ts';
import { intentOf, someMajors } from './rig.ts';

/** Declared passwords, and other spellings that SASLprep makes equal. */
const passwords: readonly (readonly [string, ...string[]])[] = [
  ['plain'],
  [' '],
  ['  spaces on both sides  '],
  [`quotes ' and " and \`, $body$ and %s`],
  ['C:\\back\\slash\\'],
  ['two\nlines\r\nand\ta tab'],
  ['postgresql://u:p@h:5432/d?x=%20#f'],
  ['[REDACTED]'],
  ['md5c4ca4238a0b923820dcc509a6f75849'],
  ['x'.repeat(128)],
  ['naïve café', 'nai\u0308ve cafe\u0301'],
  ['\u00aa', 'a'], // feminine ordinal indicator
  ['\u2168', 'IX'], // roman numeral nine
  ['soft\u00adhyphen', 'softhyphen'],
  ['no\u00a0break', 'no break'],
  ['ﬁ ligature', 'fi ligature'],
  ['пароль'],
  ['日本語'],
  ['\u0627\u0644\u0633\u0631'],
  ['clef 🔑'],
];

const roleOf = (index: number): string => `login_${String(index)}`;
const manifest = `roles:\n${passwords
  .map((_, index) => `  - { name: ${roleOf(index)}, login: true, password: { from_env: X } }\n`)
  .join('')}`;
const declared = new Map(passwords.map(([password], index) => [roleOf(index), password]));
const versions = Object.fromEntries([...declared.keys()].map((role) => [role, 'v1']));

describe.each(someMajors)('on PostgreSQL %i', (major) => {
  let rig: LoginRig;
  let database: Database;

  beforeAll(async () => {
    rig = await openLoginRig(major);
    database = openDatabase(targetFromUrl(rig.url));
    await applyPlan(database, intentOf(manifest, versions), { passwords: declared });
  });
  afterAll(async () => {
    await database.close();
    await rig.close();
  });

  test.each(methods)('every password logs in where pg_hba.conf says %s', async (method) => {
    const logins = passwords.map(([password], index) => ({
      user: roleOf(index),
      password,
      method,
    }));
    for (const connect of [rig.withPg, rig.withPsql]) {
      const users = await Promise.all(logins.map((login) => connect(login)));
      expect(logins.map(({ password }, index) => [password, users[index]])).toEqual(
        logins.map(({ password, user }) => [password, user]),
      );
    }
  });

  test('a password typed in another form logs in too', async () => {
    for (const [index, [, ...others]] of passwords.entries()) {
      for (const password of others) {
        const login = { user: roleOf(index), password, method: 'scram-sha-256' } as const;
        expect(await rig.withPg(login)).toBe(login.user);
        expect(await rig.withPsql(login)).toBe(login.user);
      }
    }
  });

  test('another password does not', async () => {
    const login = { user: roleOf(0), password: 'plain ', method: 'scram-sha-256' } as const;
    await expect(rig.withPg(login)).rejects.toMatchObject({ code: '28P01' });
    await expect(rig.withPsql(login)).rejects.toThrow('password authentication failed');
  });

  test("nothing is set again, neither pgwarden's verifiers nor those that the server made of the same text", async () => {
    const again = async () =>
      (await applyPlan(database, intentOf(manifest, versions), { passwords: declared })).statements;
    expect(await again()).toEqual([]);
    for (const [role, password] of declared) {
      if (password.startsWith('md5')) continue; // a cleartext login cannot be compared with it
      await rowsOf(rig.url, `ALTER ROLE ${role} PASSWORD ${quoteLiteral(password)}`);
    }
    expect(await again()).toEqual([]);
  });
});
