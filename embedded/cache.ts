import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';

/**
 * The cache directory for executables, outside every checkout.
 *
 * Source: XDG Base Directory Specification: an empty or relative variable counts as not set.
 */
export function cacheDir({ XDG_CACHE_HOME: named = '' }: NodeJS.ProcessEnv): string {
  return join(isAbsolute(named) ? named : join(homedir(), '.cache'), 'pgwarden');
}
