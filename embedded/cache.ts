import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';

/**
 * Where executables are kept between runs, outside every checkout.
 *
 * Source: XDG Base Directory Specification, by which an empty variable, or a relative path, is as none.
 */
export function cacheDir({ XDG_CACHE_HOME: named = '' }: NodeJS.ProcessEnv): string {
  return join(isAbsolute(named) ? named : join(homedir(), '.cache'), 'pgwarden');
}
