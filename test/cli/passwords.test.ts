import { expect, test } from '@jest/globals';
import { rowsOf } from '../setup/rows.ts';
import { cliRig, inSync } from './cli-rig.ts';
import { lastWords } from './run-cli.ts';

const rig = cliRig();
const { newRole, run } = rig;

test('a script never sets a redacted password, and a role without a password is drift', async () => {
  const role = newRole();
  const text = `roles: [{ name: ${role}, login: true, password: { from_env: PW } }]`;
  const { stdout } = await run(['diff'], text);
  await rowsOf(rig.database.url, stdout);
  const rolpassword = `SELECT rolpassword FROM pg_authid WHERE rolname = '${role}'`;
  expect(await rowsOf(rig.database.url, rolpassword)).toEqual([{ rolpassword: null }]);
  const after = await run(['diff'], text);
  expect(after.code).toBe(2);
  expect(after.stdout).toBe(`BEGIN READ WRITE;
SET LOCAL ROLE NONE;
SET LOCAL search_path = pg_catalog, pg_temp;
SET LOCAL standard_conforming_strings = on;

-- role ${role} has no password
-- pgwarden apply sets this password from its source in the policy. To set it by hand: \\password "${role}"
-- ALTER ROLE "${role}" PASSWORD '[REDACTED]';

COMMIT;
`);
});

test('apply sets a password once, and sets it again after someone else changed it', async () => {
  const role = newRole();
  const text = `roles: [{ name: ${role}, login: true, password: { from_env: PW } }]`;
  const env = { PW: 'one' };
  const verifier = () =>
    rowsOf(rig.database.url, `SELECT rolpassword FROM pg_authid WHERE rolname = '${role}'`);
  expect((await run(['apply'], text, env)).stdout).toContain('+1 role ~1 password');
  const first = await verifier();
  expect(await run(['apply'], text, env)).toMatchObject({ code: 0, stdout: `${inSync}\n` });
  expect(await verifier()).toEqual(first);
  await rowsOf(rig.database.url, `ALTER ROLE ${role} PASSWORD 'two'`);
  const drifted = await run(['diff', '--format', 'summary'], text, env);
  expect(drifted.code).toBe(2);
  expect(drifted.stdout).toContain(`role ${role} has a different password`);
  // Without the password, diff cannot compare it and reports no drift.
  expect((await run(['diff', '--format', 'summary'], text)).code).toBe(0);
  expect((await run(['apply'], text, env)).stdout).toContain('~1 password');
  expect((await run(['diff'], text, env)).code).toBe(0);
});

test('a role that cannot read stored passwords sets them each time, with a note and without drift', async () => {
  const [manager, role] = [newRole(), newRole()];
  await rowsOf(rig.database.url, `CREATE ROLE ${manager} LOGIN CREATEROLE PASSWORD 'm'`);
  const url = new URL(rig.database.url);
  url.username = manager;
  url.password = 'm';
  const text = `roles: [{ name: ${role}, login: true, password: { from_env: PW } }]`;
  const env = { PW: 'one', DATABASE_URL: url.href };
  const note = `note: 1 password may already be set: to compare, ${manager} needs SELECT on pg_authid, and the password must be available here\n`;
  for (const expected of ['', note]) {
    const { code, stderr, stdout } = await run(['apply'], text, env);
    expect([code, stderr]).toEqual([0, expected]);
    expect(stdout).toContain('~1 password');
  }
  const { code, stderr } = await run(['diff'], text, env);
  expect([code, stderr]).toEqual([
    0,
    `${note}Plan for "${rig.database.name}": 1 change (~1 password)\n`,
  ]);
});

test('apply reads passwords from the environment and never prints them', async () => {
  const role = newRole();
  const text = `
roles: [{ name: ${role}, login: true, password: { from_env: CANARY } }]
grants: [{ role: ${role}, privileges: [CONNECT], object: { type: database, name: ${rig.database.name} } }]`;
  const missing = await run(['apply'], text);
  expect(missing.code).toBe(1);
  expect(lastWords(missing)).toEqual([
    'hint: Set CANARY to the password.',
    'error: SecretMissing: environment variable CANARY is not set',
  ]);
  const CANARY = 'c4n4ry/+ p@ss';
  const result = await run(['apply'], text, { CANARY });
  expect(result.code).toBe(0);
  expect(result.stdout).toContain(`ALTER ROLE "${role}" PASSWORD '[REDACTED]';`);
  expect(result.stdout + result.stderr).not.toContain('c4n4ry');
  const url = new URL(rig.database.url);
  url.username = role;
  url.password = encodeURIComponent(CANARY);
  expect(await rowsOf(url.href, 'SELECT current_user::text AS me')).toEqual([{ me: role }]);
});
