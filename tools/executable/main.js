/**
 * Builds the single executable of this checkout: `node tools/executable/main.js [FOLDER]` writes FOLDER/pgwarden, by
 * default dist/executable/pgwarden, and prints its path. The licence of Node.js is beside it.
 *
 * The executable is Node.js with a snapshot of the heap after the command line was loaded, so that a start neither
 * compiles modules nor builds schemas. It runs on the architecture of this machine. Run `npm run build` before.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inject } from 'postject';
import { bundleExecutable } from './bundle.js';

const checkout = fileURLToPath(new URL('../..', import.meta.url));

/** Node.js looks for a blob with this name and marks with this text whether it has one. */
const resource = 'NODE_SEA_BLOB';
const sentinelFuse = 'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2';

/** Settings of Node.js for the blob. */
const configuration = {
  main: 'pgwarden.cjs',
  output: 'pgwarden.blob',
  disableExperimentalSEAWarning: true,
  useSnapshot: true,
  assets: { 'stored-modules.cjs': 'stored-modules.cjs' },
};

const folder = resolve(process.argv[2] ?? join(checkout, 'dist', 'executable'));
console.log(await executableIn(folder));

async function executableIn(target) {
  const { version } = JSON.parse(readFileSync(join(checkout, 'package.json'), 'utf8'));
  const bundles = await bundleExecutable(version);
  const nodeBinary = new URL('dist/tools/node-binary.js', `file://${checkout}`);
  const { nodeVersion, provideNode } = await import(nodeBinary.href);
  const content = hashOf([nodeVersion, process.arch, ...Object.values(bundles), ownText()]);
  const executable = join(target, 'pgwarden');
  const mark = join(target, '.content');
  if (existsSync(executable) && existsSync(mark) && readFileSync(mark, 'utf8') === content)
    return executable;
  mkdirSync(target, { recursive: true });
  rmSync(mark, { force: true });
  const node = await provideNode();
  await build(bundles, join(node, 'bin', 'node'), executable);
  copyFileSync(join(node, 'LICENSE'), join(target, 'LICENSE-NODE'));
  writeFileSync(mark, content);
  return executable;
}

async function build({ snapshot, storedModules }, node, executable) {
  const workDir = mkdtempSync(join(tmpdir(), 'pgwarden-executable-'));
  const unfinished = `${executable}.unfinished`;
  try {
    writeFileSync(join(workDir, 'pgwarden.cjs'), snapshot);
    writeFileSync(join(workDir, 'stored-modules.cjs'), storedModules);
    writeFileSync(join(workDir, 'sea.json'), JSON.stringify(configuration));
    run(node, ['--experimental-sea-config', 'sea.json'], workDir);
    copyFileSync(node, unfinished);
    chmodSync(unfinished, 0o755);
    const blob = readFileSync(join(workDir, configuration.output));
    await inject(unfinished, resource, blob, { sentinelFuse });
    renameSync(unfinished, executable);
  } finally {
    rmSync(workDir, { recursive: true, force: true });
    rmSync(unfinished, { force: true });
  }
}

/** Without an environment, nothing of it can become part of the snapshot. */
function run(file, args, cwd) {
  const { status, stdout, stderr } = spawnSync(file, args, { cwd, env: {}, encoding: 'utf8' });
  // Node.js repeats the minified line before the error.
  const lines = `${stdout}${stderr}`.split('\n').filter((line) => line.length < 500);
  if (status !== 0) throw new Error(`${file} ${args.join(' ')} failed: ${lines.join('\n')}`);
}

function ownText() {
  return readFileSync(fileURLToPath(import.meta.url), 'utf8');
}

function hashOf(texts) {
  const hash = createHash('sha256');
  for (const text of texts) hash.update(`${String(text.length)}:`).update(text);
  return hash.digest('hex');
}
