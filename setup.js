/**
 * Prepares a checkout: `node setup.js start | test | unit | cluster | build`. npm runs it before `npm start`.
 * `test` and `unit` also run jest with the arguments that follow, e.g. `npm test -- test/corpus/corpus-16.test.ts`.
 *
 * Plain JavaScript without dependencies, because it runs when nothing is installed or compiled yet.
 * Does only what is needed; when all is there it takes a fraction of a second.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('.', import.meta.url));
const stamp = join(root, 'dist', '.built');
const npmFlags = ['--include=dev', '--no-audit', '--no-fund'];

/** These tests start no server and no compiled program, and take seconds. */
const unitTests = ['test/core/', 'test/docs/', 'test/architecture', 'test/lockfile'];

/** These tests start no server either. They have large inputs, and take longer. */
const scaleTests = ['test/scale/'];

/** These tests need PostgreSQL and no other server. */
const postgresTests = ['test/corpus/', 'test/property/'];

const tasks = {
  start: buildIfChanged,
  test,
  unit: (jestArguments) => runJest([...unitTests, ...jestArguments]),
  cluster: buildAndProvideCluster,
  build,
};

process.chdir(root);
await main(process.argv[2], process.argv.slice(3));

async function main(task, jestArguments) {
  const work = tasks[task];
  if (work === undefined) fail(`usage: node setup.js ${Object.keys(tasks).join(' | ')}`);
  checkNode();
  if (!installedAsLocked()) runStep('Installing packages', 'npm', ['ci', ...npmFlags]);
  await work(jestArguments);
}

async function buildIfChanged() {
  if (newestSource() > modified(stamp)) await build();
}

async function buildAndProvideCluster() {
  await buildIfChanged();
  await provideCluster();
}

async function test(jestArguments) {
  const servers = serversFor(jestArguments);
  if (servers.length > 0) {
    await buildIfChanged();
    await provideForTests(servers);
  }
  runJest(jestArguments);
}

/** The servers that the chosen test files need; all of them if no file is chosen. */
function serversFor(jestArguments) {
  const paths = jestArguments.filter((each) => /^(\.\/)?test\//.test(each));
  const areAll = (folders) =>
    paths.length > 0 && paths.every((path) => folders.some((folder) => path.includes(folder)));
  const serverless = [...unitTests, ...scaleTests];
  if (areAll(serverless)) return [];
  return areAll([...serverless, ...postgresTests])
    ? ['postgres']
    : ['postgres', 'temporal', 'kubernetes', 'helm', 'browser'];
}

/** Ends the process with jest's exit code. */
function runJest(jestArguments) {
  const jest = join('node_modules', 'jest', 'bin', 'jest.js');
  const flags = ['--experimental-vm-modules', '--no-warnings'];
  const { status } = spawnSync(process.execPath, [...flags, jest, ...jestArguments], {
    stdio: 'inherit',
  });
  process.exit(status ?? 1);
}

function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  fail(`pgwarden needs Node.js 20.19 or newer; this is ${process.version}`);
}

/** npm keeps a list of what it installed; packages that are optional here may be missing from it. */
function installedAsLocked() {
  const hidden = join('node_modules', '.package-lock.json');
  if (!existsSync(hidden)) return false;
  const installed = packagesIn(hidden);
  return Object.entries(packagesIn('package-lock.json')).every(([path, { version, optional }]) => {
    const found = installed[path];
    return path === '' || (found === undefined ? optional === true : found.version === version);
  });
}

function packagesIn(lockfile) {
  return JSON.parse(readFileSync(lockfile, 'utf8')).packages;
}

/** When a file that decides what is compiled was last changed. */
function newestSource() {
  const config = JSON.parse(readFileSync('tsconfig.build.json', 'utf8'));
  const folders = config.include.filter((folder) => existsSync(folder));
  const sources = folders.flatMap((folder) =>
    readdirSync(folder, { recursive: true })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => join(folder, name)),
  );
  const settings = [
    ...readdirSync(join('tools', 'bundle')).map((name) => join('tools', 'bundle', name)),
    'package-lock.json',
    'tsconfig.json',
    'tsconfig.build.json',
    'setup.js',
  ];
  return Math.max(...[...settings, ...sources].map(modified));
}

function modified(path) {
  return existsSync(path) ? statSync(path).mtimeMs : 0;
}

async function build() {
  const startedAt = new Date();
  const tsc = join('node_modules', 'typescript', 'bin', 'tsc');
  runStep('Compiling', process.execPath, [tsc, '-p', 'tsconfig.build.json']);
  removeStale();
  await bundleWorkflows();
  await (await import('./tools/bundle/cli.js')).bundleCli();
  await (await import('./tools/bundle/processes.js')).bundleProcesses();
  writeFileSync(stamp, `${startedAt.toISOString()}\n`);
}

/** Removes what was compiled from sources that no longer exist. Otherwise it would become a part of the package. */
function removeStale() {
  for (const name of readdirSync('dist', { recursive: true })) {
    const [, source] = /^(.+)\.js(?:\.map)?$/.exec(name) ?? [];
    const isBundle = /(?:^workflow-bundle|bundled-[^/]+)$/.test(source);
    if (source !== undefined && !isBundle && !existsSync(`${source}.ts`))
      rmSync(join('dist', name));
  }
}

/** Temporal runs workflows from one bundle; made here, no worker needs a bundler at run time. */
async function bundleWorkflows() {
  const workflowsPath = join(root, 'dist', 'workflows', 'index.js');
  if (!existsSync(workflowsPath)) return;
  const { bundleWorkflowCode, DefaultLogger } = await import('@temporalio/worker');
  const logger = new DefaultLogger('WARN');
  // Positions in the source are enough for stack traces. The source itself is held several times in memory.
  const webpackConfigHook = (config) => ({ ...config, devtool: 'inline-nosources-source-map' });
  const { code } = await bundleWorkflowCode({ workflowsPath, logger, webpackConfigHook });
  writeFileSync(join(root, 'dist', 'workflow-bundle.js'), code);
}

/**
 * Provides the servers that tests start: PostgreSQL of every version, Temporal, a Kubernetes API server, and helm. With
 * CI=true each of them is required. Otherwise `jest.config.js` leaves out the tests of a server that cannot be provided.
 */
async function provideForTests(servers) {
  const unavailable = {};
  const provide = {
    postgres: () => provideEveryPostgres(unavailable),
    temporal: () => provideEveryTemporal(unavailable),
    kubernetes: () => attempt(unavailable, 'kubernetes', executables('etcd', 'kube-apiserver')),
    helm: () => attempt(unavailable, 'helm', executables('helm', 'kubectl')),
    browser: () => attempt(unavailable, 'browser', provideBrowser),
  };
  for (const server of servers) await provide[server]();
  writeFileSync(join('dist', 'unavailable.json'), JSON.stringify(unavailable));
}

async function provideEveryPostgres(unavailable) {
  const { postgresMajors, providePostgres } = await compiled('embedded/postgres-binaries');
  const chosen = process.env.PGWARDEN_TEST_MAJORS;
  const majors = postgresMajors.filter(
    (major) => !chosen || chosen.split(',').includes(`${major}`),
  );
  for (const major of majors) {
    await attempt(unavailable, `postgres/${major}`, () => providePostgres(major));
  }
}

async function provideEveryTemporal(unavailable) {
  const { resolveTemporal } = await compiled('embedded/temporal-executable');
  const { oldestTemporal } = await compiled('tools/oldest-temporal');
  await attempt(unavailable, 'temporal', async () => {
    console.error(`Temporal for tests: ${(await resolveTemporal(process.env)).source}`);
  });
  await attempt(unavailable, 'oldest-temporal', oldestTemporal);
}

/** The tests of the documentation site read its pages in Chromium. */
async function provideBrowser() {
  if (process.env.CHROMIUM_PATH !== undefined) return;
  const { provideDebianPackages } = await compiled('embedded/debian-packages');
  await provideDebianPackages({ chromium: 'chromium' });
}

function executables(...names) {
  return async () => {
    const { kubernetesExecutable } = await compiled('tools/kubernetes/executables');
    for (const name of names) await kubernetesExecutable(name);
  };
}

/** What tests on a cluster of our own need. It is never a must: it takes root and much of a machine. */
async function provideCluster() {
  const { provideClusterParts } = await compiled('tools/kubernetes/cluster/parts');
  const unavailable = {};
  await attempt(unavailable, 'cluster', provideClusterParts, { must: false });
  writeFileSync(join('dist', 'unavailable.json'), JSON.stringify(unavailable));
}

function compiled(module) {
  return import(new URL(`dist/${module}.js`, import.meta.url).href);
}

async function attempt(unavailable, name, provide, { must } = { must: process.env.CI === 'true' }) {
  try {
    await provide();
  } catch (error) {
    const why = [error.message, ...(error.details ?? [])].join('\n  ');
    if (must) fail(`${name} is needed for the tests: ${why}\n${error.hint ?? ''}`);
    console.error(`Skipping the tests that need ${name}: ${why}`);
    unavailable[name] = error.message;
  }
}

function runStep(what, command, args) {
  const startedAt = performance.now();
  console.error(`${what} ...`);
  const { status, error } = spawnSync(command, args, { stdio: ['ignore', 2, 2] });
  const elapsed = `${((performance.now() - startedAt) / 1000).toFixed(1)} s`;
  if (status !== 0) fail(`${what}: failed after ${elapsed} ${error ? error.message : ''}`);
  console.error(`${what}: done in ${elapsed}`);
}

function fail(message) {
  console.error(message);
  process.exit(1);
}
