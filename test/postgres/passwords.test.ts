import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { quoteLiteral } from '../../core/sql.ts';
import { applyPlan } from '../../postgres/apply.ts';
import { checkDatabase } from '../../postgres/check.ts';
import type { ApplyResult, Intent, PlanResult } from '../../postgres/contract.ts';
import { planDatabase } from '../../postgres/plan.ts';
import type { Database } from '../../postgres/pool.ts';
import { scramVerifier } from '../../postgres/scram.ts';
import { comparePasswords, strengthFor } from '../../postgres/stored-passwords.ts';
import type { Rig } from './rig.ts';
import { intentOf, openRig, someMajors, urlWith } from './rig.ts';

describe.each(someMajors)('a password on PostgreSQL %i', (major) => {
  let rig: Rig;
  let ana: string;
  let intent: Intent;

  beforeEach(async () => {
    rig = await openRig(major);
    ana = rig.role('ana');
    intent = intentOf(`roles: [{ name: ${ana}, login: true, password: { from_env: X } }]`, {
      [ana]: 'v1',
    });
  });
  afterEach(() => rig.close());

  const apply = (password: string, to: Database = rig.database): Promise<ApplyResult> =>
    applyPlan(to, intent, { passwords: new Map([[ana, password]]) });
  const plan = (password: string, on: Database = rig.database): Promise<PlanResult> =>
    planDatabase(on, intent, new Map([[ana, password]]));
  const reasons = ({ statements }: PlanResult): string[] => statements.map(({ why }) => why);

  async function verifier(): Promise<string> {
    const { rows } = await rig.sql(`SELECT rolpassword FROM pg_authid WHERE rolname = '${ana}'`);
    return String((rows[0] as { rolpassword: unknown }).rolpassword);
  }

  /** Someone else sets the password. */
  async function setByHand(password: string, encryption = 'scram-sha-256'): Promise<void> {
    await rig.sql(
      `BEGIN; SET LOCAL password_encryption = '${encryption}'; ALTER ROLE ${ana} PASSWORD ${quoteLiteral(password)}; COMMIT`,
    );
  }

  test('is set once, and its verifier stays byte for byte', async () => {
    await apply('one');
    const first = await verifier();
    expect(first).toMatch(/^SCRAM-SHA-256\$4096:/);
    expect((await apply('one')).statements).toEqual([]);
    expect((await plan('one')).drift).toBe(false);
    expect(await verifier()).toBe(first);
  });

  test('changed by someone else is drift that the next check finds, and is repaired', async () => {
    const { fingerprint } = await apply('one');
    expect((await checkDatabase(rig.database, intent.graph)).fingerprint).toBe(fingerprint);
    await setByHand('two');
    expect((await checkDatabase(rig.database, intent.graph)).fingerprint).not.toBe(fingerprint);
    const applied = { ...intent, appliedPasswords: intent.passwordVersions };
    const found = await planDatabase(rig.database, applied, new Map([[ana, 'one']]));
    expect(reasons(found)).toEqual([`role ${ana} has a different password`]);
    expect(found.drift).toBe(true);
    await apply('one');
    expect((await plan('one')).statements).toEqual([]);
  });

  test('removed by someone else is drift, found without the password', async () => {
    await apply('one');
    await rig.sql(`ALTER ROLE ${ana} PASSWORD NULL`);
    const found = await planDatabase(rig.database, intent);
    expect(reasons(found)).toEqual([`role ${ana} has no password`]);
    expect(found.drift).toBe(true);
  });

  test('that the server got in clear text, or with more iterations, stays', async () => {
    await apply('one');
    await setByHand('one');
    expect((await plan('one')).statements).toEqual([]);
    await setByHand(await scramVerifier('one', { iterations: 9999 }));
    expect((await plan('one')).statements).toEqual([]);
  });

  test('stored as MD5 becomes SCRAM, unless the server still makes MD5', async () => {
    await apply('one');
    await rig.sql(`ALTER ROLE ${ana} VALID UNTIL 'infinity'`);
    await setByHand('one', 'md5');
    expect(await verifier()).toMatch(/^md5/);
    expect(reasons(await plan('one'))).toEqual([`the password of ${ana} is stored as MD5`]);
    await rig.sql(
      `ALTER ROLE CURRENT_USER IN DATABASE ${rig.name} SET password_encryption = 'md5'`,
    );
    const onMd5 = rig.open(rig.url);
    expect((await plan('one', onMd5)).statements).toEqual([]);
    expect(reasons(await plan('two', onMd5))).toEqual([`role ${ana} has a different password`]);
    await apply('two', onMd5);
    expect(await verifier()).toMatch(/^SCRAM-SHA-256\$/);
    expect((await plan('two', onMd5)).statements).toEqual([]);
  });

  // A verifier that was generated with a password is useless unless the server has it.
  test('is stored with its generated verifier, if that is a valid one', async () => {
    const passwords = new Map([[ana, 'one']]);
    const kept = await scramVerifier('one');
    await applyPlan(rig.database, intent, { passwords, verifiers: new Map([[ana, kept]]) });
    expect(await verifier()).toBe(kept);
    await setByHand('two');
    const wrong = await scramVerifier('another');
    await applyPlan(rig.database, intent, { passwords, verifiers: new Map([[ana, wrong]]) });
    expect(await verifier()).not.toBe(wrong);
    expect((await plan('one')).statements).toEqual([]);
  });

  test('has the number of iterations that the server asks for', async () => {
    const asked = major >= 16 ? 20_000 : 4096;
    if (major >= 16)
      await rig.sql(`ALTER ROLE CURRENT_USER IN DATABASE ${rig.name} SET scram_iterations = 20000`);
    await apply('one', rig.open(rig.url));
    expect(await verifier()).toMatch(new RegExp(`^SCRAM-SHA-256\\$${String(asked)}:`));
  });

  // An approved plan can be applied whatever salt the verifier gets, even if the password was not known at the
  // approval.
  test('is covered by the hash of a plan as its source', async () => {
    const pending = { ...intent, passwordVersions: { [ana]: 'pending' } };
    const { hash: approved } = await planDatabase(rig.database, pending);
    const again = await planDatabase(rig.database, pending);
    expect(again.hash).toBe(approved);
    const passwords = new Map([[ana, 'one']]);
    const applied = await applyPlan(rig.database, intent, { passwords, expectedHash: approved });
    expect(applied.hash).toBe(approved);
  });

  test('no longer declared stays', async () => {
    await apply('one');
    const before = await verifier();
    const { statements } = await applyPlan(
      rig.database,
      intentOf(`roles: [{ name: ${ana}, login: true }]`),
      { passwords: new Map() },
    );
    expect(statements).toEqual([]);
    expect(await verifier()).toBe(before);
  });

  describe('on a connection that cannot read verifiers', () => {
    let manager: string;
    let asManager: Database;

    beforeEach(async () => {
      manager = rig.role('manager');
      await rig.sql(`CREATE ROLE ${manager} LOGIN CREATEROLE PASSWORD 'm'`);
      asManager = rig.open(urlWith(rig.url, { username: manager, password: 'm' }));
    });

    test('is set if its version was not applied, which is no drift', async () => {
      await apply('one', asManager);
      const found = await plan('one', asManager);
      expect(reasons(found)).toEqual([`pgwarden has no record of a password for role ${ana}`]);
      expect(found.drift).toBe(false);
      const applied = { ...intent, appliedPasswords: intent.passwordVersions };
      const passwords = new Map([[ana, 'one']]);
      expect((await planDatabase(asManager, applied, passwords)).statements).toEqual([]);
    });

    test('is read by a member of pg_read_all_data, and by a role that can read pg_authid', async () => {
      await apply('one', asManager);
      for (const right of ['pg_read_all_data', 'SELECT ON pg_authid']) {
        await rig.sql(`GRANT ${right} TO ${manager}`);
        const seeing = rig.open(urlWith(rig.url, { username: manager, password: 'm' }));
        expect((await plan('one', seeing)).statements).toEqual([]);
        expect(reasons(await plan('two', seeing))).toEqual([
          `role ${ana} has a different password`,
        ]);
        await rig.sql(`REVOKE ${right} FROM ${manager}`);
      }
    });
  });
});

test('two hundred passwords do not block the event loop', async () => {
  const verifier = await scramVerifier('one');
  const roles = Array.from({ length: 200 }, (_, index) => `role_${String(index)}`);
  const stored = {
    encryption: 'scram-sha-256',
    iterations: 4096,
    verifiers: Object.fromEntries(roles.map((role) => [role, verifier])),
  };
  let turns = 0;
  const timer = setInterval(() => (turns += 1), 1);
  const compared = await comparePasswords(stored, new Map(roles.map((role) => [role, 'one'])));
  clearInterval(timer);
  expect(new Set(compared.values())).toEqual(new Set(['declared']));
  expect(turns).toBeGreaterThan(3); // no timer fires while they are computed on it
});

describe('verifiers of many iterations', () => {
  const verifierOf = (iterations: number) =>
    `SCRAM-SHA-256$${String(iterations)}:c2FsdA==$a2V5:a2V5`;

  test('with a million each are compared only up to fifty million, and all cheap ones are compared', async () => {
    const costly = Array.from({ length: 60 }, (_, at) => `costly${String(at)}`);
    const verifiers = Object.fromEntries(costly.map((role) => [role, verifierOf(1_000_000)]));
    const stored = {
      encryption: 'scram-sha-256',
      iterations: 4096,
      verifiers: { ...verifiers, cheap: verifierOf(4096), unset: null, endless: verifierOf(2e9) },
    };
    const roles = [...costly, 'cheap', 'unset', 'endless'];
    const compared = await comparePasswords(stored, new Map(roles.map((role) => [role, 'one'])));
    expect(compared.get('cheap')).toBe('other');
    expect(compared.get('unset')).toBe('none');
    expect(compared.get('endless')).toBe('other');
    expect(costly.filter((role) => compared.has(role))).toHaveLength(49);
  }, 120_000);

  test.each([
    [1, 2_000_000_000, 1_000_000],
    [100, 1_000_000, 500_000],
    [1, 20_000, 20_000],
    [1, 1, 4096],
  ])('for %d roles on a server that asks for %d are made with %d', (count, asked, made) => {
    expect(strengthFor(count, asked)).toBe(made);
  });
});
