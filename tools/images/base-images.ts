import { existsSync } from 'node:fs';
import { cp, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { cacheDir } from '../../embedded/cache.ts';
import { runCommand } from '../../embedded/command.ts';
import { locate, provideDebianPackages } from '../../embedded/debian-packages.ts';
import { installOnce } from '../../embedded/install-once.ts';
import { step } from '../../embedded/progress.ts';
import { nodeVersion, provideNode } from '../node-binary.ts';
import { succeed } from '../succeed.ts';
import type { ImageEngine } from './engine.ts';

/** The base images of pgwarden's image: values of `NODE_IMAGE` and `RUNTIME_IMAGE` of the Dockerfile. */
export interface BaseImages {
  readonly node: string;
  readonly runtime: string;
}

const official: BaseImages = { node: 'node:24-bookworm-slim', runtime: 'debian:bookworm-slim' };
const local: BaseImages = {
  node: `pgwarden-local/node:${nodeVersion}`,
  runtime: 'pgwarden-local/debian:bookworm',
};
const pullLimitMs = 120_000;

/** The official images if the engine has them or can pull them, otherwise images built here from Debian packages. */
export async function baseImages(engine: ImageEngine): Promise<BaseImages> {
  if ((await isThere(engine, official.runtime)) && (await isThere(engine, official.node)))
    return official;
  if (await canPull(engine)) return official;
  await localRuntime(engine);
  await localNode(engine);
  return local;
}

/** A minimal Debian as the base of images that are built here. */
export async function localRuntime(engine: ImageEngine): Promise<string> {
  if (!(await isThere(engine, local.runtime))) {
    await engine.docker(['import', await debianArchive(), local.runtime]);
  }
  return local.runtime;
}

async function isThere(engine: ImageEngine, image: string): Promise<boolean> {
  const id = await engine.docker(['image', 'ls', '--quiet', image]);
  return id !== '';
}

async function canPull(engine: ImageEngine): Promise<boolean> {
  try {
    for (const image of [official.runtime, official.node]) {
      await engine.docker(['pull', '--quiet', image], { timeoutMs: pullLimitMs });
    }
    return true;
  } catch {
    return false;
  }
}

async function debianArchive(env: NodeJS.ProcessEnv = process.env): Promise<string> {
  const target = join(cacheDir(env), 'images', 'debian-bookworm-minimal.tar');
  if (existsSync(target)) return target;
  await provideDebianPackages({ debootstrap: 'debootstrap' }, env);
  const debootstrap = locate('debootstrap', env) ?? 'debootstrap';
  await step('Building a Debian base image, takes minutes once', (report) =>
    installOnce(target, async (workDir) => {
      const root = join(workDir, 'root');
      const options = { env, onLine: report };
      await succeed(debootstrap, ['--variant=minbase', 'bookworm', root], options);
      await slim(root);
      const archive = join(workDir, 'root.tar');
      await succeed('tar', ['--numeric-owner', '-C', root, '-cf', archive, '.'], options);
      return archive;
    }),
  );
  return target;
}

/** Files that the official slim images leave out too. */
async function slim(root: string): Promise<void> {
  const emptied = [
    ...['var/cache/apt', 'var/lib/apt/lists', 'var/log'],
    ...['usr/share/doc', 'usr/share/man', 'usr/share/info', 'usr/share/locale'],
  ];
  for (const folder of emptied.map((name) => join(root, name))) {
    for (const name of await readdir(folder).catch(() => [])) {
      await rm(join(folder, name), { recursive: true });
    }
  }
}

async function localNode(engine: ImageEngine): Promise<void> {
  if (await isThere(engine, local.node)) return;
  const context = await nodeContext();
  await engine.docker(['build', '--tag', local.node, context]);
}

const trusted = '/etc/ssl/certs/ca-certificates.crt';

/** npm must trust the authorities that this machine trusts. The image that it builds does not inherit them. */
const nodeDockerfile = `FROM ${local.runtime}
COPY node /usr/local/bin/node
COPY npm /usr/local/lib/node_modules/npm
RUN ln -s ../lib/node_modules/npm/bin/npm-cli.js /usr/local/bin/npm
COPY certificates ${dirname(trusted)}
ENV NODE_EXTRA_CA_CERTS=${trusted}
`;

/** Node.js from the npm registry, with the npm of this machine. */
async function nodeContext(env: NodeJS.ProcessEnv = process.env): Promise<string> {
  const target = join(cacheDir(env), 'images', `node-${nodeVersion}`);
  await installOnce(target, async (workDir) => {
    const options = { env, cwd: workDir };
    const context = join(workDir, 'context');
    await mkdir(join(context, 'certificates'), { recursive: true });
    await cp(join(await provideNode(env), 'bin', 'node'), join(context, 'node'));
    const { output } = await runCommand('npm', ['root', '--global', '--loglevel=silent'], options);
    await cp(join(output, 'npm'), join(context, 'npm'), { recursive: true, dereference: true });
    if (existsSync(trusted))
      await cp(trusted, join(context, 'certificates', 'ca-certificates.crt'));
    await writeFile(join(context, 'Dockerfile'), nodeDockerfile);
    return context;
  });
  return target;
}
