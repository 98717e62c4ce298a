/**
 * Packs the built checkout for npm: `node tools/npm-pack.js FOLDER` writes pgwarden-<version>.tgz there, and prints its
 * path.
 *
 * The package has the locked versions of all its dependencies (npm-shrinkwrap.json) and their licences, so that `npx
 * pgwarden` installs exactly what was tested. Neither file is committed.
 */
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const checkout = fileURLToPath(new URL('..', import.meta.url));
const shrinkwrap = join(checkout, 'npm-shrinkwrap.json');
const [folder] = process.argv.slice(2);
if (folder === undefined) fail('usage: node tools/npm-pack.js FOLDER');

const destination = resolve(folder);
mkdirSync(destination, { recursive: true });
run(process.execPath, [join('tools', 'images', 'notices.js'), 'THIRD-PARTY-NOTICES.txt']);
try {
  copyFileSync(join(checkout, 'package-lock.json'), shrinkwrap);
  const name = run('npm', [
    'pack',
    '--ignore-scripts',
    '--silent',
    '--pack-destination',
    destination,
  ]);
  console.log(join(destination, name.trim()));
} finally {
  rmSync(shrinkwrap, { force: true });
}

function run(command, args) {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd: checkout, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command} ${args[0]} failed: ${stderr}`);
  return stdout;
}

function fail(message) {
  console.error(message);
  process.exit(64);
}
