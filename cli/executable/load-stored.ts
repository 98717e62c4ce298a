import { createRequire } from 'node:module';
import { getAsset } from 'node:sea';
import { compileFunction } from 'node:vm';
import type * as storedModulesOf from './stored-modules.ts';

type StoredModules = typeof storedModulesOf;

let loaded: StoredModules | undefined;

/** The modules that the executable contains as text. They are compiled at the first call. */
export function storedModules(): StoredModules {
  loaded ??= compiled();
  return loaded;
}

function compiled(): StoredModules {
  const module = { exports: {} };
  const filename = 'stored-modules.cjs';
  const parameters = ['module', 'exports', 'require'];
  const run: unknown = compileFunction(getAsset(filename, 'utf8'), parameters, { filename });
  (run as (...values: readonly unknown[]) => void)(
    module,
    module.exports,
    createRequire(process.execPath),
  );
  return module.exports as StoredModules;
}
