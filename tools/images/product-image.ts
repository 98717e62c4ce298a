import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { checkoutRoot } from '../../embedded/checkout.ts';
import { runCommand } from '../../embedded/command.ts';
import { step } from '../../embedded/progress.ts';
import { baseImages } from './base-images.ts';
import type { ImageEngine } from './engine.ts';

export interface BuiltImage {
  readonly name: string;
  /** Size of all its files in bytes. */
  readonly size: number;
  readonly baseImages: readonly string[];
}

const buildLimitMs = 1_200_000;

/** Builds pgwarden's image of this checkout. It takes minutes, or seconds if none of its inputs has changed. */
export async function buildProductImage(
  engine: ImageEngine,
  { buildkit = false }: { readonly buildkit?: boolean } = {},
): Promise<BuiltImage> {
  const cwd = checkoutRoot();
  const { version } = JSON.parse(await readFile(join(cwd, 'package.json'), 'utf8')) as Version;
  const name = `pgwarden:${version}${buildkit ? '-buildkit' : ''}`;
  const bases = await baseImages(engine);
  const revision = await runCommand('git', ['rev-parse', 'HEAD'], { cwd });
  const args = {
    NODE_IMAGE: bases.node,
    RUNTIME_IMAGE: bases.runtime,
    VERSION: version,
    REVISION: revision.code === 0 ? revision.output : 'unknown',
  };
  const settings = Object.entries(args).flatMap(([key, value]) => [
    '--build-arg',
    `${key}=${value}`,
  ]);
  await step(`Building the image ${name}`, (report) =>
    engine.docker(['build', '--network', 'host', ...settings, '--tag', name, '.'], {
      ...{ cwd, buildkit },
      timeoutMs: buildLimitMs,
      onLine: report,
    }),
  );
  const size = await engine.docker(['image', 'inspect', '--format', '{{.Size}}', name]);
  return { name, size: Number(size), baseImages: [bases.node, bases.runtime] };
}

interface Version {
  readonly version: string;
}
