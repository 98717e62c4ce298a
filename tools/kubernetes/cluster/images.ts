import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { cacheDir } from '../../../embedded/cache.ts';
import { localRuntime } from '../../images/base-images.ts';
import { imageEngine, type ImageEngine } from '../../images/engine.ts';
import { buildProductImage } from '../../images/product-image.ts';
import { providePostgres } from '../../../embedded/postgres-binaries.ts';
import { resolveTemporal } from '../../../embedded/temporal-executable.ts';

/** Images that the cluster runs in addition to pgwarden's. They have fixed versions, so each is built once. */
export const images = {
  pause: 'pgwarden-local/pause:1',
  postgres: 'pgwarden-local/postgres:18.4',
  /** The same image as the chart's default for its evaluation install. */
  temporal: 'temporalio/temporal:1.9.1',
} as const;

/** One archive with all images of the cluster, including pgwarden's image of this checkout. */
export async function clusterImages(env: NodeJS.ProcessEnv = process.env): Promise<string> {
  const engine = await imageEngine(env);
  try {
    const product = await buildProductImage(engine);
    await Promise.all([pause(engine), postgres(engine), temporal(engine, env)]);
    return await archive(engine, [product.name, ...Object.values(images)], env);
  } finally {
    await engine.stop();
  }
}

async function pause(engine: ImageEngine): Promise<void> {
  const runtime = await localRuntime(engine);
  await buildOnce(engine, images.pause, {
    dockerfile: `FROM ${runtime}\nUSER 65534:65534\nENTRYPOINT ["sleep", "infinity"]\n`,
  });
}

/** The server's executables, and a user with a name, because initdb requires one. A pod says which one to run. */
async function postgres(engine: ImageEngine): Promise<void> {
  const runtime = await localRuntime(engine);
  const { initdb } = await providePostgres(18);
  await buildOnce(engine, images.postgres, {
    folder: dirname(dirname(initdb)),
    dockerfile: `FROM ${runtime}
COPY . /usr/local/pgsql
ENV PATH=/usr/local/pgsql/bin:/usr/bin:/bin
USER 65534:65534
`,
  });
}

/** Temporal's command-line tool as its entry point, like the official image. */
async function temporal(engine: ImageEngine, env: NodeJS.ProcessEnv): Promise<void> {
  const runtime = await localRuntime(engine);
  const choice = await resolveTemporal({ ...env, TEMPORAL_ADDRESS: '' });
  if (choice.kind === 'server') return;
  await buildOnce(engine, images.temporal, {
    file: choice.path,
    dockerfile: `FROM ${runtime}
COPY file /usr/local/bin/temporal
USER 1000:1000
ENTRYPOINT ["/usr/local/bin/temporal"]
`,
  });
}

interface Recipe {
  readonly dockerfile: string;
  /** The source to copy: a folder as it is, or one file under the name `file`. */
  readonly folder?: string;
  readonly file?: string;
}

async function buildOnce(engine: ImageEngine, name: string, recipe: Recipe): Promise<void> {
  if ((await engine.docker(['image', 'ls', '--quiet', name])) !== '') return;
  const context = await mkdtemp(join(tmpdir(), 'pgwarden-image-'));
  try {
    await writeFile(join(context, 'Dockerfile'), recipe.dockerfile);
    if (recipe.file !== undefined) await cp(recipe.file, join(context, 'file'));
    if (recipe.folder !== undefined)
      await cp(recipe.folder, context, { recursive: true, verbatimSymlinks: true });
    await engine.docker(['build', '--tag', name, context]);
  } finally {
    await rm(context, { recursive: true, force: true });
  }
}

/** The archive is written again only if an image has changed. */
async function archive(
  engine: ImageEngine,
  names: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<string> {
  const ids = await engine.docker(['image', 'inspect', '--format', '{{.Id}}', ...names]);
  const hash = createHash('sha256').update(ids).digest('hex').slice(0, 12);
  const folder = join(cacheDir(env), 'images', 'cluster');
  const target = join(folder, `${hash}.tar`);
  if (existsSync(target)) return target;
  await rm(folder, { recursive: true, force: true }); // images of earlier checkouts
  await mkdir(folder, { recursive: true });
  await engine.docker(['save', '--output', `${target}.unfinished`, ...names]);
  await rename(`${target}.unfinished`, target);
  return target;
}
