/** Plugins of esbuild that leave unused parts of packages out of the bundles of the command line. */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const packages = fileURLToPath(new URL('../node_modules', import.meta.url));

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

/** What every bundle of the command line has in common. */
export const smallBundle = {
  bundle: true,
  minify: true,
  external: ['pg-native'],
  // pg reads `Response` to recognize other runtimes. On Node.js 20, the read alone loads the whole HTTP client.
  define: { Response: 'undefined' },
  platform: 'node',
  logLevel: 'warning',
  // The browser build of yaml consists of modules, so that esbuild can drop the unused parts.
  alias: { yaml: join(packages, 'yaml', 'browser', 'index.js') },
  plugins: [englishOnly, usedPartsOfZod],
};
