import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { applyPlan } from '../../postgres/apply.ts';
import { planDatabase } from '../../postgres/plan.ts';
import { rowsOf } from '../setup/rows.ts';
import type { TestDatabase } from '../setup/servers.ts';
import { freshDatabase, majors } from '../setup/servers.ts';
import type { Rig } from './rig.ts';
import { intentOf, openRig, urlWith } from './rig.ts';

const options = { passwords: new Map<string, string>() };

describe.each(majors())('with an event trigger on PostgreSQL %i', (major) => {
  let rig: Rig;
  let other: TestDatabase;
  let coder: string;
  let manager: string;
  let made: string;

  beforeEach(async () => {
    rig = await openRig(major);
    other = await freshDatabase(major);
    [coder, manager, made] = [rig.role('coder'), rig.role('manager'), rig.role('made')];
    await rig.sql(`CREATE ROLE ${coder}; CREATE ROLE ${manager} LOGIN CREATEROLE PASSWORD 'pw';
      GRANT CREATE ON DATABASE ${rig.name} TO ${manager}`);
  });
  afterEach(async () => {
    await rig.sql('DROP EVENT TRIGGER IF EXISTS watch');
    await other.drop();
    await rig.close();
  });

  /** An event trigger of a superuser, with a function that makes its owner a superuser. */
  const trigger = (owner: string, event = 'ddl_command_start', rights = 'INVOKER'): string => `
    CREATE FUNCTION public.watch() RETURNS event_trigger LANGUAGE plpgsql SECURITY ${rights} AS
      'BEGIN ALTER ROLE ${coder} SUPERUSER; END';
    ALTER FUNCTION public.watch() OWNER TO ${owner};
    CREATE EVENT TRIGGER watch ON ${event} EXECUTE FUNCTION public.watch()`;

  const creating = () => intentOf(`roles: [{ name: ${made} }]\nschemas: [{ name: ${made} }]`);

  async function isSuperuser(): Promise<unknown> {
    const { rows } = await rig.sql(`SELECT rolsuper FROM pg_roles WHERE rolname = '${coder}'`);
    return (rows as { rolsuper: boolean }[])[0]?.rolsuper;
  }

  test('whose function another role owns, every change is refused before anything runs', async () => {
    await rig.sql(trigger(coder));
    const refusal = {
      code: 'UntrustedEventTrigger',
      message: `changes would run code of another role with the rights of this connection: event trigger "watch" in database "${rig.name}" runs public.watch(), whose owner "${coder}" can replace it`,
    };
    await expect(planDatabase(rig.database, creating())).rejects.toMatchObject(refusal);
    await expect(applyPlan(rig.database, creating(), options)).rejects.toMatchObject(refusal);
    expect(await isSuperuser()).toBe(false);
    expect((await planDatabase(rig.database, intentOf('roles: []'))).statements).toEqual([]);
  });

  test('whose function is SECURITY DEFINER, changes are refused too, because its owner can change that', async () => {
    await rig.sql(trigger(coder, 'ddl_command_end', 'DEFINER'));
    await expect(applyPlan(rig.database, creating(), options)).rejects.toMatchObject({
      code: 'UntrustedEventTrigger',
    });
  });

  test('that is disabled, or whose function belongs to a superuser or the login, changes are made', async () => {
    await rig.sql(`${trigger(coder)}; ALTER EVENT TRIGGER watch DISABLE`);
    await applyPlan(rig.database, creating(), options);
    await rig.sql(`DROP EVENT TRIGGER watch; DROP FUNCTION public.watch();
      CREATE FUNCTION public.watch() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
      CREATE EVENT TRIGGER watch ON ddl_command_end EXECUTE FUNCTION public.watch()`);
    const url = urlWith(rig.url, { username: manager, password: 'pw' });
    for (const owner of ['postgres', manager]) {
      await rig.sql(`ALTER FUNCTION public.watch() OWNER TO ${owner}`);
      const intent = intentOf(`schemas: [{ name: ${rig.role('schema')} }]`);
      await applyPlan(rig.open(url), intent, options);
    }
  });

  test('whose function belongs to a role that can become the login, changes are made as that login', async () => {
    const peer = rig.role('peer');
    await rig.sql(`CREATE ROLE ${peer}; ${trigger(peer)}`);
    const url = urlWith(rig.url, { username: manager, password: 'pw' });
    await expect(applyPlan(rig.open(url), creating(), options)).rejects.toMatchObject({
      code: 'UntrustedEventTrigger',
    });
    await rig.sql(`GRANT ${manager} TO ${peer}`);
    expect((await planDatabase(rig.open(url), creating())).summary.total).toBe(2);
  });

  test('in another database that a retirement clears, it is refused before its first step', async () => {
    const legacy = rig.role('legacy');
    await rig.sql(`CREATE ROLE ${legacy} LOGIN`);
    await rowsOf(other.url, `CREATE SCHEMA s; GRANT USAGE ON SCHEMA s TO ${legacy}`);
    await rowsOf(other.url, trigger(coder, 'sql_drop'));
    const intent = intentOf(`retirements: [{ role: ${legacy}, drop_owned: true }]`);
    await expect(applyPlan(rig.database, intent, options)).rejects.toMatchObject({
      code: 'UntrustedEventTrigger',
      message: expect.stringContaining(`in database "${other.name}"`) as unknown,
    });
    const { rows } = await rig.sql(`SELECT rolcanlogin FROM pg_roles WHERE rolname = '${legacy}'`);
    expect(rows).toEqual([{ rolcanlogin: true }]);
  });

  test.each<[string, (dba: string) => string]>([
    [
      'by name',
      () =>
        `ownership: [{ owner: ${coder}, object: { type: function, schema: public, name: watch() } }]`,
    ],
    [
      'by a wildcard',
      () =>
        `ownership: [{ owner: ${coder}, object: { type: function, schema: public, name: '*' } }]`,
    ],
    [
      'by a retirement',
      (dba) =>
        `retirements: [{ role: ${dba}, reassign_owned_to: ${coder}, drop_owned: true, adopt_code: true }]`,
    ],
  ])(
    'no policy gives its function away %s, except to the login or a superuser',
    async (_how, manifest) => {
      const dba = rig.role('dba');
      await rig.sql(`CREATE ROLE ${dba} SUPERUSER; ${trigger(dba, 'ddl_command_end')}; CREATE OR REPLACE
      FUNCTION public.watch() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END'`);
      const intent = intentOf(manifest(dba));
      const refusal = {
        code: 'UntrustedEventTrigger',
        message: `this would give the function of an event trigger to a role that could not act as the login of this connection: event trigger "watch" in database "${rig.name}" runs public.watch(), whose owner "${coder}" can replace it`,
      };
      await expect(planDatabase(rig.database, intent)).rejects.toMatchObject(refusal);
      await expect(applyPlan(rig.database, intent, options)).rejects.toMatchObject(refusal);
      const { rows } = await rig.sql(
        "SELECT pg_get_userbyid(proowner) AS owner FROM pg_proc WHERE proname = 'watch'",
      );
      expect(rows).toEqual([{ owner: dba }]);
      await rig.sql(`ALTER ROLE ${coder} SUPERUSER`);
      await rig.sql(`ALTER EVENT TRIGGER watch OWNER TO postgres`);
      expect((await planDatabase(rig.database, intent)).statements).not.toEqual([]);
    },
  );
});
