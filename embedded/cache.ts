import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where executables are kept between runs, outside every checkout. */
export function cacheDir(env: NodeJS.ProcessEnv): string {
  return join(env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'pgwarden');
}
