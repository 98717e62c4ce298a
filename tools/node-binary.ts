import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheDir } from '../embedded/cache.ts';
import { installOnce } from '../embedded/install-once.ts';
import { step } from '../embedded/progress.ts';
import { succeed } from './succeed.ts';

/** The Node.js of images and of the single executable. */
export const nodeVersion = '24.21.0';

/** Checksums of the npm packages `node-linux-<arch>`, as in `dist.integrity`. */
const integrity: Readonly<Record<string, string>> = {
  x64: 'sha512-3nULszZ5X0fciYpG0t6TrdApJzAn8+FlINP6OiMX7V8HrvpATPN936U1LlReOJriLRa4e8yEqQBYCnLyPNAs7Q==',
  arm64:
    'sha512-FpJRPEz2OvvTLfjIOlNGFY9JLPMKgl5m+d4oGYBLg24kJ1mmvN1Zl/HPJgF4HDaJ51ISev1l1cRZ/DM+keXW5g==',
};

/**
 * Node.js for this machine, from the npm registry into the cache on first use: a folder with `bin/node` and `LICENSE`.
 */
export async function provideNode(env: NodeJS.ProcessEnv = process.env): Promise<string> {
  const { arch, platform } = process;
  const expected = platform === 'linux' ? integrity[arch] : undefined;
  if (expected === undefined)
    throw new Error(`there is no Node.js for ${platform} on ${arch}: use Linux on x64 or arm64`);
  const target = join(cacheDir(env), 'node', `${nodeVersion}-linux-${arch}`);
  await installOnce(target, (workDir) =>
    step(`Installing Node.js ${nodeVersion}`, async () => {
      const archive = await packed(`node-linux-${arch}@${nodeVersion}`, workDir);
      const found = createHash('sha512')
        .update(await readFile(archive))
        .digest('base64');
      if (`sha512-${found}` !== expected)
        throw new Error(`Node.js ${nodeVersion} for ${arch} does not have the expected checksum`);
      const files = ['package/bin/node', 'package/LICENSE'];
      await succeed('tar', ['-xzf', archive, '-C', workDir, ...files], inTime(workDir));
      return join(workDir, 'package');
    }),
  );
  return target;
}

async function packed(name: string, workDir: string): Promise<string> {
  const flags = ['--ignore-scripts', '--silent', '--pack-destination', workDir];
  const output = await succeed('npm', ['pack', name, ...flags], inTime(workDir));
  return join(workDir, output.split('\n').at(-1)?.trim() ?? '');
}

function inTime(cwd: string) {
  return { cwd, timeoutMs: 300_000 };
}
