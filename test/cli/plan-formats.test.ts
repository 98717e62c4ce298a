import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import type { AnySchema } from 'ajv/dist/2020.js';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { planDocument } from '../../cli/plan-document.ts';
import { rowsOf } from '../setup/rows.ts';
import { cliRig, inSync } from './cli-rig.ts';

const rig = cliRig();
const { newRole, run } = rig;

test('the SQL of diff is a script that makes the database match the manifest', async () => {
  const [owner, reader] = [newRole(), newRole()];
  newRole(`${reader}_reader`);
  const text = `
default_owner: ${owner}
profiles:
  reader:
    grants:
      - { privileges: [USAGE], object: { type: schema } }
      - { privileges: [SELECT], object: { type: table, name: '*' } }
schemas: [{ name: ${owner}_app, profiles: [reader], role_pattern: '${reader}_{profile}' }]
roles: [{ name: ${owner}, comment: "it's -- a \\\\ test" }]`;
  const { stdout } = await run(['diff'], text);
  expect(stdout).toMatch(/^BEGIN READ WRITE;\n[^]*COMMIT;\n$/);
  await rowsOf(rig.database.url, stdout);
  expect((await run(['diff'], text)).stdout).toBe(`-- ${inSync}\n`);
  await rowsOf(rig.database.url, `DROP SCHEMA ${owner}_app`);
});

test('the JSON is versioned, has every statement with its reason, and is the same for the same plan', async () => {
  const role = newRole();
  const text = `roles: [{ name: ${role} }]`;
  const first = await run(['diff', '--format', 'json'], text);
  const plan: unknown = JSON.parse(first.stdout);
  expect(plan).toMatchObject({
    schema_version: 'pgwarden.plan.v1',
    database: rig.database.name,
    mode: 'authoritative',
    in_sync: false,
    drift: true,
    summary: { roles_created: 1, total: 1 },
    changes: [
      { op: 'create', kind: 'role', id: { name: role }, explanation: `role ${role} is created` },
    ],
    statements: [
      {
        sql: `CREATE ROLE "${role}" NOLOGIN;`,
        why: `role ${role} is missing`,
        risk: 'none',
        affects: [role],
      },
    ],
    findings: [],
  });
  expect((await run(['diff', '--format', 'json'], text)).stdout).toBe(first.stdout);
});

test('if only code keeps its owner, diff reports this and does not ask another role to revoke', async () => {
  const [owner, stranger] = [newRole(), newRole()];
  await rowsOf(
    rig.database.url,
    `CREATE ROLE ${owner}; CREATE ROLE ${stranger};
     CREATE SCHEMA ${owner}_app; GRANT ALL ON SCHEMA ${owner}_app TO ${owner}, ${stranger};
     CREATE FUNCTION ${owner}_app.f() RETURNS int LANGUAGE sql SECURITY DEFINER RETURN 1;
     ALTER FUNCTION ${owner}_app.f() OWNER TO ${stranger}`,
  );
  const text = `ownership: [{ owner: ${owner}, object: { type: function, schema: ${owner}_app, name: '*' } }]`;
  const { stdout } = await run(['diff', '--format', 'summary'], text);
  const [headline = '', ...rest] = stdout.split('\n');
  expect(headline).toBe(
    'Nothing to apply. Objects that would run code of others keep their owner until the policy names them or sets adopt_code.',
  );
  expect(rest.join()).toContain('CodeNotAdopted');
  await rowsOf(rig.database.url, `DROP SCHEMA ${owner}_app CASCADE`);
});

test('the summary has counts, and a line for each statement', async () => {
  const role = newRole();
  const { stdout } = await run(['diff', '--format', 'summary'], `roles: [{ name: ${role} }]`);
  expect(stdout).toBe(
    `Plan for "${rig.database.name}": 1 change (+1 role)\n  role ${role} is missing\n`,
  );
});

/** Access that a plan revokes, grants, and only reports: every part of the document. */
async function richPlan(): Promise<{ readonly text: string; readonly roles: readonly string[] }> {
  const [group, member, gone, made] = [newRole(), newRole(), newRole(), newRole()];
  await rowsOf(
    rig.database.url,
    `CREATE ROLE ${group}; CREATE ROLE ${member} LOGIN; CREATE ROLE ${gone} LOGIN;
     CREATE TABLE IF NOT EXISTS public.things (); CREATE SCHEMA IF NOT EXISTS aside;
     GRANT ${group} TO ${gone}; GRANT SELECT ON public.things TO ${member};
     CREATE TABLE IF NOT EXISTS aside.others (); GRANT SELECT ON aside.others TO ${member};
     GRANT USAGE ON SCHEMA aside TO ${member}`,
  );
  const text = `
roles:
  - { name: ${group} }
  - { name: ${member}, login: true }
  - { name: ${made}, login: true, password: { from_env: PW } }
memberships: [{ role: ${group}, members: [{ name: ${member} }] }]
grants:
  - { role: ${group}, privileges: [INSERT], object: { type: table, schema: public, name: things } }
retirements: [{ role: ${gone}, terminate_sessions: true }]`;
  return { text, roles: [group, member, gone, made] };
}

test('every part of the JSON matches its schema', async () => {
  const { text, roles } = await richPlan();
  const schema: unknown = JSON.parse(readFileSync('docs/plan.schema.json', 'utf8'));
  const validate = new Ajv2020({ strict: true, allErrors: true }).compile(schema as AnySchema);
  const env = { PW: 'c4n4ry' };
  const { stdout, stderr } = await run(['diff', '--format', 'json'], text, env);
  const plan: unknown = JSON.parse(stdout);
  const isValid = validate(plan);
  expect([isValid, validate.errors]).toEqual([true, null]);
  expect(`${stdout}${stderr}`).not.toMatch(/c4n4ry|SCRAM-SHA/);
  // The schema must also contain every field.
  expect(planDocument.parse(plan)).toEqual(plan);
  const { statements, findings, summary } = planDocument.parse(plan);
  expect(summary).toMatchObject({ roles_created: 1, passwords_set: 1, members_removed: 1 });
  expect(new Set(statements.map(({ risk }) => risk))).toEqual(new Set(['none', 'loses access']));
  expect(new Set(statements.flatMap(({ affects }) => affects))).toEqual(new Set(roles));
  expect(findings.map(({ code }) => code)).toContain('OutsidePolicy');
  const { stdout: empty } = await run(['diff', '--format', 'json'], 'roles: []');
  expect(validate(JSON.parse(empty))).toBe(true);
  const wrong = { ...planDocument.parse(plan), schema_version: 'pgwarden.plan.v2' };
  expect(validate(wrong)).toBe(false);
});

test('drift, failure and wrong usage have different exit codes', async () => {
  const text = `roles: [{ name: ${newRole()} }]`;
  expect((await run(['diff', '--format', 'json'], text)).code).toBe(2);
  expect((await run(['diff', '--format', 'yaml'], text)).code).toBe(64);
  expect((await run(['diff', '--format', 'json'], 'roles: 1')).code).toBe(1);
});

test('a name with control characters controls neither psql nor a terminal', async () => {
  const role = newRole();
  const { url } = rig.database;
  const name = 'a\u001b[2J\nDROP ROLE postgres; \u202e--';
  await rowsOf(url, `CREATE SCHEMA ${role}; CREATE TABLE ${role}."${name}" (id int)`);
  const text = `roles: [{ name: ${role} }]
grants: [{ role: ${role}, privileges: [SELECT], object: { type: table, schema: ${role}, name: '*' } }]`;
  const script = (await run(['diff'], text)).stdout;
  expect(script).toContain(`${role}.U&"a\\001B[2J\\000ADROP ROLE postgres; \\202E--"`);
  await rowsOf(url, script);
  expect((await run(['diff'], text)).code).toBe(0);
  await rowsOf(url, `DROP SCHEMA ${role} CASCADE`);
});
