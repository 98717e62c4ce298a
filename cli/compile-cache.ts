import { mkdirSync, realpathSync, statSync } from 'node:fs';
import module from 'node:module';
import { dirname, join } from 'node:path';
import { cacheDir } from '../embedded/cache.ts';

/**
 * Lets Node.js 22.8 and newer keep compiled code in the cache directory of this user, so that the next start compiles
 * nothing. A user who can write to that folder can run code as this user, so a folder that others can change is not used.
 */
export function keepCompiledCode(env: NodeJS.ProcessEnv): void {
  // Older versions of Node.js do not have it.
  if (!('enableCompileCache' in module) || typeof module.enableCompileCache !== 'function') return;
  const folder = ownFolder(join(cacheDir(env), 'compiled'));
  if (folder !== undefined) Reflect.apply(module.enableCompileCache, module, [folder]);
}

/** The real path of the folder, which is created. Undefined if it cannot be created, or others can change it. */
export function ownFolder(path: string): string | undefined {
  const user = process.getuid?.();
  if (user === undefined) return undefined;
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
    const folder = realpathSync(path);
    return isOnlyFor(user, folder) ? folder : undefined;
  } catch {
    return undefined;
  }
}

const root = 0;
const writableByOthers = 0o022;
const sticky = 0o1000;

/** Whether only this user and root can replace the folder or a parent of it. */
function isOnlyFor(user: number, folder: string): boolean {
  const { uid, mode } = statSync(folder);
  if ((mode & writableByOthers) !== 0) return false;
  return uid === user && parentsOf(folder).every((parent) => isSafeParent(user, parent));
}

function isSafeParent(user: number, folder: string): boolean {
  const { uid, mode } = statSync(folder);
  // In a sticky folder, such as /tmp, only the owner of an entry can replace it.
  const isClosed = (mode & writableByOthers) === 0 || (mode & sticky) !== 0;
  return isClosed && (uid === user || uid === root);
}

function parentsOf(folder: string): readonly string[] {
  const parent = dirname(folder);
  return parent === folder ? [] : [parent, ...parentsOf(parent)];
}
