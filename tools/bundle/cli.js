/**
 * Bundles the command line into dist/cli/main.js and replaces the compiler's output. `setup.js build` calls it.
 *
 * With all of commander, zod, yaml and pg in a few minified files, `validate`, `diff` and `apply` start in about half
 * the time. Everything else that is imported on demand stays a module of dist/.
 */
import { chmodSync, readdirSync, rmSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { smallBundle } from './small-bundle.js';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const folder = join(root, 'cli');
const target = join(root, 'dist', 'cli');
const chunk = 'bundled-';

export async function bundleCli() {
  const { metafile } = await build({
    ...smallBundle,
    metafile: true,
    entryPoints: [join(folder, 'main.ts')],
    outdir: target,
    chunkNames: `${chunk}[hash]`,
    splitting: true,
    format: 'esm',
    target: 'node20',
    banner: { js: prelude },
    plugins: [loadOnDemand, ...smallBundle.plugins],
  });
  chmodSync(join(target, 'main.js'), 0o755);
  const written = new Set(Object.keys(metafile.outputs).map((path) => basename(path)));
  for (const name of readdirSync(target)) {
    if (name.startsWith(chunk) && !written.has(name)) rmSync(join(target, name));
  }
}

const prelude = `import { createRequire } from 'node:module';
const require = createRequire(import.meta.url);`;

/** Keeps the imports of other commands out of the bundle, because people wait for validate, diff and apply to start. */
const loadOnDemand = {
  name: 'load on demand',
  setup({ onResolve }) {
    onResolve({ filter: /^\.\.?\// }, ({ kind, path, resolveDir }) => {
      if (kind !== 'dynamic-import' || /\/(run|validate|diff|apply)\.ts$/.test(path))
        return undefined;
      const module = relative(folder, resolve(resolveDir, path)).replace(/\.ts$/, '.js');
      return { path: module.startsWith('.') ? module : `./${module}`, external: true };
    });
  },
};
