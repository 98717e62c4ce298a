import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Refusal } from '../../core/refusal.ts';
import { planDatabase } from '../../postgres/plan.ts';
import type { Rig } from './rig.ts';
import { intentOf, openRig, someMajors, urlWith } from './rig.ts';

describe.each(someMajors)('a missing right of a connection on PostgreSQL %d', (major) => {
  let rig: Rig;
  beforeEach(async () => {
    rig = await openRig(major);
  });
  afterEach(() => rig.close());

  async function hintFor(manager: string, manifest: string): Promise<string | undefined> {
    const database = rig.open(urlWith(rig.url, { username: manager, password: 'secret' }));
    const refusal: unknown = await planDatabase(database, intentOf(manifest)).catch(
      (error: unknown) => error,
    );
    return refusal instanceof Refusal ? refusal.hint : undefined;
  }

  test('is reported with a statement that gives it, and that can be run', async () => {
    const manager = rig.role('manager');
    const app = rig.role('app');
    await rig.sql(`CREATE ROLE "${manager}" LOGIN PASSWORD 'secret'`);
    const manifest = `{ roles: [{ name: ${app} }], schemas: [{ name: ${app} }] }`;
    const hint = await hintFor(manager, manifest);
    expect(hint).toBe(
      `Connect as another role, or do this as an administrator: run ALTER ROLE "${manager}" CREATEROLE; run GRANT CREATE ON DATABASE "${rig.name}" TO "${manager}".`,
    );
    const remedies = hint?.matchAll(/run (.+?)(?:;|\.$)/g) ?? [];
    for (const [, statement = ''] of remedies) await rig.sql(statement);
    expect(await hintFor(manager, manifest)).toBeUndefined();
  });

  test('is never reported with the advice to make a role a member of the bootstrap superuser', async () => {
    const manager = rig.role('manager');
    const app = rig.role('app');
    await rig.sql(
      `CREATE ROLE "${manager}" LOGIN PASSWORD 'secret'; CREATE ROLE "${app}"; CREATE SCHEMA s; CREATE TABLE s.t ()`,
    );
    const manifest = `{ roles: [{ name: ${app}, external: true }], grants: [{ role: ${app}, privileges: [SELECT], object: { type: table, schema: s, name: t } }] }`;
    expect(await hintFor(manager, manifest)).toBe(
      'Connect as another role, or do this as an administrator: give what superuser "postgres" owns to another role.',
    );
  });
});
