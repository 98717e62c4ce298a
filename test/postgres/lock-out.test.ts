import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Refusal } from '../../core/refusal.ts';
import { applyPlan } from '../../postgres/apply.ts';
import { refusalOf } from '../setup/refusal-of.ts';
import { freshDatabase, type TestDatabase } from '../setup/servers.ts';
import { rowsOf } from '../setup/rows.ts';
import type { Rig } from './rig.ts';
import { intentOf, openRig, someMajors } from './rig.ts';

const options = { passwords: new Map<string, string>(), lockTimeoutMs: 1_000 };
const reassign = 'reassign_owned_to: heir, drop_owned: true';

describe.each(someMajors)('a role that is retired on PostgreSQL %d', (major) => {
  let rig: Rig;
  let other: TestDatabase;
  let [heir, mallory, friend] = ['', '', ''];

  beforeEach(async () => {
    rig = await openRig(major);
    other = await freshDatabase(major);
    [heir, mallory, friend] = [rig.role('heir'), rig.role('mallory'), rig.role('friend')];
    await rig.sql(
      `CREATE ROLE ${heir}; CREATE ROLE ${mallory} LOGIN; CREATE ROLE ${friend};
       ALTER DATABASE ${other.name} OWNER TO ${friend};
       CREATE SCHEMA hers AUTHORIZATION ${mallory}; CREATE SCHEMA his AUTHORIZATION ${friend};
       GRANT USAGE, CREATE ON SCHEMA hers TO ${friend}; GRANT USAGE ON SCHEMA his TO ${mallory}`,
    );
  });

  afterEach(async () => {
    await rig.sql(`ALTER DATABASE ${other.name} ALLOW_CONNECTIONS true`);
    await rig.sql(`ALTER DATABASE ${other.name} RESET ALL`);
    await rowsOf(other.url, `DROP SCHEMA IF EXISTS his CASCADE`);
    await other.drop();
    await rig.close();
  });

  /** The reason why it is not retired, and whether it can still log in. */
  async function retire(fields: string): Promise<{ refusal: Refusal; left: unknown }> {
    const manifest = `roles: [{ name: ${heir} }]
retirements: [{ role: ${mallory}, ${fields.replace('heir', heir)} }]`;
    const refusal = await refusalOf(applyPlan(rig.database, intentOf(manifest), options));
    const [left] = await rowsOf(
      rig.url,
      `SELECT rolcanlogin AS login FROM pg_roles WHERE rolname = '${mallory}'`,
    );
    return { refusal, left };
  }

  async function befriend(): Promise<void> {
    await rowsOf(
      other.url,
      `SET ROLE ${friend}; CREATE SCHEMA his; GRANT USAGE ON SCHEMA his TO ${mallory}`,
    );
  }

  const closed = async (): Promise<void> => {
    await befriend();
    await rig.sql(`ALTER DATABASE ${other.name} ALLOW_CONNECTIONS false`);
  };
  const view = async (): Promise<void> => {
    await rig.sql(
      `CREATE TABLE hers.t (id int); ALTER TABLE hers.t OWNER TO ${mallory}; GRANT SELECT ON hers.t TO ${friend};
       SET ROLE ${friend}; CREATE VIEW hers.v AS SELECT * FROM hers.t; RESET ROLE`,
    );
  };
  const policy = async (): Promise<void> => {
    await rig.sql(
      `SET ROLE ${friend}; CREATE TABLE his.t (id int); CREATE POLICY p ON his.t TO ${mallory}; RESET ROLE`,
    );
  };
  const given = async (): Promise<void> => {
    await rig.sql(
      `SET ROLE ${friend}; CREATE TABLE his.t (id int); GRANT SELECT ON his.t TO ${mallory}; RESET ROLE`,
    );
  };

  test.each([
    ['a database of a friend that lets nobody in', closed, reassign, 'cannot inspect'],
    [
      'a view of a friend on its table',
      view,
      'drop_owned: true, allow_data_loss: true',
      'owns objects that view hers.v depends on',
    ],
    ['a policy of a friend', policy, 'reassign_owned_to: heir', 'is referenced by policy p'],
    ['a privilege of a friend', given, 'reassign_owned_to: heir', 'privileges on table his.t'],
  ])('cannot log in any more in spite of %s', async (_what, prevent, fields, said) => {
    await prevent();
    const { refusal, left } = await retire(`${fields}, terminate_sessions: true`);
    expect(left).toEqual({ login: false });
    expect(refusal.code).toBe('UnsafeRoleDrops');
    expect(refusal.message).toContain(said);
    expect(refusal.message).toMatch(/; it stays without LOGIN$/);
    expect((await retire(`${fields}, terminate_sessions: true`)).refusal.message).toBe(
      refusal.message,
    );
  });

  test.each([
    ['its sessions may stay', view, 'drop_owned: true, allow_data_loss: true'],
    ['nothing is said about what it owns', view, 'terminate_sessions: true'],
    ['data would be lost', view, 'drop_owned: true, terminate_sessions: true'],
  ])('keeps LOGIN as long as %s', async (_what, prevent, fields) => {
    await prevent();
    const { refusal, left } = await retire(fields);
    expect([refusal.code, left]).toEqual(['UnsafeRoleDrops', { login: true }]);
    expect(refusal.message).not.toContain('LOGIN');
  });
});
