/**
 * Bundles the command line into dist/cli/main.js and replaces the compiler's output. `setup.js build` calls it.
 *
 * With all of commander, zod, yaml and pg in a few minified files, `validate`, `diff` and `apply` start in about half
 * the time. Everything else that is imported on demand stays a module of dist/.
 */
import { chmodSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const folder = dirname(fileURLToPath(import.meta.url));
const target = join(folder, '..', 'dist', 'cli');
const chunk = 'bundled-';

export async function bundleCli() {
  const { metafile } = await build({
    metafile: true,
    entryPoints: [join(folder, 'main.ts')],
    outdir: target,
    chunkNames: `${chunk}[hash]`,
    bundle: true,
    splitting: true,
    minify: true,
    external: ['pg-native'],
    // pg reads `Response` to recognise other runtimes. On Node.js 20, the read alone loads the whole HTTP client.
    define: { Response: 'undefined' },
    format: 'esm',
    platform: 'node',
    target: 'node20',
    banner: { js: prelude },
    logLevel: 'warning',
    // The browser build of yaml consists of modules, so that esbuild can drop the unused parts.
    alias: { yaml: join(folder, '..', 'node_modules', 'yaml', 'browser', 'index.js') },
    plugins: [loadOnDemand, englishOnly, usedPartsOfZod],
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
      if (kind !== 'dynamic-import' || /\/(validate|diff|apply)\.ts$/.test(path)) return undefined;
      const module = relative(folder, resolve(resolveDir, path)).replace(/\.ts$/, '.js');
      return { path: module.startsWith('.') ? module : `./${module}`, external: true };
    });
  },
};

/** Drops the messages of Zod in fifty other languages, which are half of its size. */
const englishOnly = {
  name: 'english only',
  setup({ onLoad }) {
    onLoad({ filter: /\/zod\/v4\/locales\/index\.js$/ }, ({ path }) => ({
      contents: `export { default as en } from './en.js';`,
      resolveDir: dirname(path),
    }));
  },
};

/** Imports Zod as a namespace: esbuild drops unused members only if the namespace is not exported as a value. */
const usedPartsOfZod = {
  name: 'used parts of zod',
  setup({ onLoad }) {
    onLoad({ filter: /\.ts$/ }, ({ path }) => ({
      loader: 'ts',
      contents: readFileSync(path, 'utf8').replace(
        "import { z } from 'zod'",
        "import * as z from 'zod'",
      ),
    }));
  },
};
