import { createRequire } from 'node:module';
import { join } from 'node:path';
import { readdir } from 'node:fs/promises';
import { Refusal } from '../core/refusal.ts';
import { cacheDir } from './cache.ts';
import { runCommand } from './command.ts';
import { findOnPath, isExecutable } from './find-on-path.ts';
import { step } from './progress.ts';
import { builtTemporal, buildTemporal } from './temporal-build.ts';

const downloadLimitMs = 20_000;

/** A running Temporal server, or an executable to start one. */
export type TemporalChoice =
  | { readonly kind: 'server'; readonly address: string; readonly source: string }
  | { readonly kind: 'executable'; readonly path: string; readonly source: string };

interface Candidate {
  readonly source: string;
  /** The reason in the error message if `find` finds nothing. */
  readonly absent: string;
  readonly find: (env: NodeJS.ProcessEnv) => Promise<string | undefined> | string | undefined;
}

const candidates: readonly Candidate[] = [
  { source: 'TEMPORAL_CLI', absent: 'not set', find: (env) => env.TEMPORAL_CLI },
  {
    source: 'PATH',
    absent: 'no executable named temporal',
    find: (env) => findOnPath('temporal', env),
  },
  { source: 'the cache', absent: 'empty', find: (env) => existing(builtTemporal(env)) },
  { source: "the Temporal SDK's download", absent: 'failed', find: downloadBySdk },
  { source: 'a build with Go', absent: 'no go on PATH', find: buildTemporal },
];

/**
 * The first way to use Temporal that works, with its name in `source`.
 *
 * Downloads or builds a missing executable, which takes seconds, or many minutes once.
 * Throws a `TemporalUnavailable` refusal that names every remedy.
 */
export async function resolveTemporal(env: NodeJS.ProcessEnv): Promise<TemporalChoice> {
  const address = env.TEMPORAL_ADDRESS;
  if (address !== undefined && address !== '') {
    return { kind: 'server', address, source: 'TEMPORAL_ADDRESS' };
  }
  const misses: string[] = [];
  for (const { source, absent, find } of candidates) {
    const path = await find(env);
    const miss = path === undefined ? absent : await whyUnusable(path);
    if (path !== undefined && miss === undefined) return { kind: 'executable', path, source };
    misses.push(`${source}: ${miss ?? ''}`);
  }
  throw new Refusal(
    'TemporalUnavailable',
    'no Temporal executable was found, downloaded or built',
    'Set TEMPORAL_ADDRESS to a running server, set TEMPORAL_CLI to the Temporal CLI, install it on PATH, ' +
      'let the SDK download it, or install Go so that it can be built.',
    misses,
  );
}

async function whyUnusable(path: string): Promise<string | undefined> {
  const { code, output } = await runCommand(path, ['--version'], { timeoutMs: 15_000 });
  if (code === 0 && output.includes('Server')) return undefined;
  return `${path} --version: ${output.split('\n').at(-1) ?? 'no answer'}`;
}

function existing(path: string): string | undefined {
  return isExecutable(path) ? path : undefined;
}

/**
 * The SDK downloads the executable while it starts a server. A child process does this, so that we can limit its time
 * and keep its native runtime out of this process.
 */
async function downloadBySdk(env: NodeJS.ProcessEnv): Promise<string | undefined> {
  const folder = join(cacheDir(env), 'sdk-download');
  const downloaded = await firstExecutable(folder);
  const testing = downloaded === undefined ? resolvePackage('@temporalio/testing') : undefined;
  if (testing === undefined) return downloaded;
  const script = `
    const { mkdirSync } = require('node:fs');
    const [testing, downloadDir] = process.argv.slice(1);
    mkdirSync(downloadDir, { recursive: true });
    require(testing).TestWorkflowEnvironment
      .createLocal({ server: { executable: { type: 'cached-download', downloadDir } } })
      .then((env) => env.teardown())
      .then(() => process.exit(0), () => process.exit(1));`;
  return step('Downloading the Temporal CLI with the Temporal SDK', async () => {
    await runCommand(process.execPath, ['-e', script, testing, folder], {
      env,
      timeoutMs: downloadLimitMs,
    });
    return firstExecutable(folder);
  });
}

async function firstExecutable(folder: string): Promise<string | undefined> {
  const names = await readdir(folder).catch(() => []);
  return names.map((name) => join(folder, name)).find(isExecutable);
}

function resolvePackage(name: string): string | undefined {
  try {
    return createRequire(import.meta.url).resolve(name);
  } catch {
    return undefined;
  }
}
