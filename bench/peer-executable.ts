import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { cacheDir } from '../embedded/cache.ts';
import { findOnPath } from '../embedded/find-on-path.ts';

const version = '0.15.0';

/**
 * The newest comparable tool: from the path in `PGROLES`, the PATH, the cache, or built once with cargo. Undefined
 * without any of them.
 */
export function peerExecutable(): string | undefined {
  const known = process.env.PGROLES ?? findOnPath('pgroles', process.env);
  if (known !== undefined) return known;
  const root = join(cacheDir(process.env), 'peer');
  const built = join(root, 'bin', 'pgroles');
  if (existsSync(built)) return built;
  console.log(`building pgroles-cli ${version} with cargo, once`);
  const args = ['install', 'pgroles-cli', '--version', version, '--locked', '--root', root];
  const { status } = spawnSync('cargo', args, { stdio: 'inherit' });
  return status === 0 ? built : undefined;
}
