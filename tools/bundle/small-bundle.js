/** What all bundles have in common: settings of esbuild, and plugins that leave unused parts of packages out. */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const packages = fileURLToPath(new URL('../../node_modules', import.meta.url));

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

/**
 * pg reads `Response` to recognize other runtimes. On Node.js 20, the read alone loads the whole HTTP client. Only pg's
 * own text changes: other packages need `Response`.
 */
const pgOnNode = {
  name: 'pg on Node.js',
  setup({ onLoad }) {
    onLoad({ filter: /\/pg\/lib\/stream\.js$/ }, ({ path }) => {
      const text = readFileSync(path, 'utf8');
      const contents = text.replace("typeof Response === 'function'", 'false');
      if (contents === text) throw new Error('pg recognizes runtimes in another way than before');
      return { contents };
    });
  },
};

/** Keeps the part of the Kubernetes client that reads kubeconfig files, and leaves out the types of its whole API. */
const kubeconfigOnly = {
  name: 'kubeconfig only',
  setup({ onLoad }) {
    onLoad({ filter: /@kubernetes\/client-node\/dist\/gen\/index\.js$/ }, ({ path }) => ({
      contents: `export * from './configuration.js'; export * from './servers.js';`,
      resolveDir: dirname(path),
    }));
  },
};

export const smallBundle = {
  bundle: true,
  minify: true,
  external: ['pg-native'],
  platform: 'node',
  logLevel: 'warning',
  // The browser build of yaml consists of modules, so that esbuild can drop the unused parts.
  alias: { yaml: join(packages, 'yaml', 'browser', 'index.js') },
  plugins: [englishOnly, usedPartsOfZod, pgOnNode, kubeconfigOnly],
};
