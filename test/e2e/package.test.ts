import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { runCli } from '../cli/run-cli.ts';
import { roleExists, rowsOf } from '../setup/rows.ts';
import { freshDatabase, majors, uniqueName, type TestDatabase } from '../setup/servers.ts';

/** What `npx pgwarden` installs: the package in an empty project, with only its production dependencies. */

const [newest = 18] = [...majors()].reverse();
const project = mkdtempSync(join(tmpdir(), 'pgwarden-package-'));
const role = uniqueName('packed');

let database: TestDatabase;
let tarball: string;

beforeAll(async () => {
  database = await freshDatabase(newest);
  tarball = output(process.execPath, ['tools/npm-pack.js', project], '.').trim();
  writeFileSync(join(project, 'package.json'), '{ "name": "empty", "private": true }');
  const flags = ['--omit=dev', '--prefer-offline', '--ignore-scripts', '--no-audit', '--no-fund'];
  output('npm', ['install', ...flags, tarball], project);
}, 600_000);

afterAll(async () => {
  const server = database.url.replace(/\/[^/]*$/, '/postgres');
  await database.drop();
  await rowsOf(server, `DROP ROLE IF EXISTS ${role}`);
  rmSync(project, { recursive: true });
});

function output(command: string, args: readonly string[], cwd: string): string {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}: ${stderr}`);
  return stdout;
}

function run(...args: readonly string[]) {
  const program = join(project, 'node_modules', '.bin', 'pgwarden');
  return runCli(args, { program: [program], cwd: project, env: { DATABASE_URL: database.url } });
}

test('the package has the program, its manual and its licences, and no test, tool or source map', () => {
  const files = output('tar', ['--list', '--file', tarball], '.').trim().split('\n');
  const places =
    /^package\/((dist|docs|embedded\/temporal-server|examples|man)\/|[A-Z-]+(\.md|\.txt)?$|(package|npm-shrinkwrap)\.json$)/;
  expect(files.filter((file) => !places.test(file))).toEqual([]);
  const unwanted = /\.map$|\.ts$|\.test\.|dist\/(test|tools|bench|docs)\/|tsbuildinfo|unavailable/;
  expect(files.filter((file) => unwanted.test(file))).toEqual([]);
  expect(files).toEqual(
    expect.arrayContaining([
      'package/man/pgwarden.1',
      'package/THIRD-PARTY-NOTICES.txt',
      'package/embedded/temporal-server/go.sum', // `dev` builds it where there is no Temporal
    ]),
  );
});

test('all compiled code in the package comes from a source of this checkout', () => {
  const files = output('tar', ['--list', '--file', tarball], '.').trim().split('\n');
  const sources = files.flatMap((file) => {
    const [, source] = /^package\/dist\/(.+)\.js$/.exec(file) ?? [];
    const isBundle = source === undefined || /^workflow-bundle$|^bundled\/|\/bundled-/.test(source);
    return isBundle ? [] : [`${source}.ts`];
  });
  expect(sources.length).toBeGreaterThan(300);
  expect(sources.filter((source) => !existsSync(source))).toEqual([]);
});

test('the package installs the tested versions, and no development dependencies', () => {
  const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8')) as Lockfile;
  for (const name of ['pg', 'zod', '@temporalio/worker', 'protobufjs']) {
    const path = join(project, 'node_modules', 'pgwarden', 'node_modules', name);
    const found = existsSync(path) ? path : join(project, 'node_modules', name);
    const { version } = JSON.parse(readFileSync(join(found, 'package.json'), 'utf8')) as Locked;
    expect({ name, version }).toEqual({ name, version: packages[`node_modules/${name}`]?.version });
  }
  for (const path of ['jest', 'typescript', 'pgwarden/node_modules/jest'])
    expect(existsSync(join(project, 'node_modules', path))).toBe(false);
});

interface Locked {
  readonly version: string;
}

interface Lockfile {
  readonly packages: Readonly<Record<string, Locked>>;
}

test('validate, diff and apply run', async () => {
  const file = join(project, 'pgroles.yaml');
  writeFileSync(file, `roles: [{ name: ${role} }]\n`);
  expect(await run('validate', '-f', file)).toMatchObject({ code: 0 });
  const plan = await run('diff', '-f', file);
  expect(plan).toMatchObject({ code: 2, stdout: expect.stringContaining('CREATE ROLE') });
  expect(await run('apply', '-f', file)).toMatchObject({ code: 0 });
  expect(await roleExists(database.url, role)).toBe(true);
});

test('dev applies a directory of policies, with a Temporal server that it starts itself', async () => {
  const policies = mkdtempSync(join(project, 'policies-'));
  const policy = `apiVersion: pgroles.io/v1alpha1
kind: PostgresPolicy
metadata: { name: packed }
spec:
  connection: { secretRef: { name: db } }
  roles: [{ name: ${role}, comment: by dev }]
`;
  writeFileSync(join(policies, 'packed.yaml'), policy);
  const { code, stderr } = await run(
    ...['dev', policies, '--once', '--database-url', database.url],
  );
  expect({ code, stderr }).toEqual({ code: 0, stderr: expect.not.stringContaining('error:') });
  const comments = `SELECT pg_catalog.shobj_description(oid, 'pg_authid') AS comment
                      FROM pg_catalog.pg_roles WHERE rolname = '${role}'`;
  expect(await rowsOf(database.url, comments)).toEqual([{ comment: 'by dev' }]);
}, 120_000);
