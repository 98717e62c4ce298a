/** The JavaScript of the single executable. */
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { smallBundle } from '../bundle/small-bundle.js';

const checkout = fileURLToPath(new URL('../..', import.meta.url));
const entries = join(checkout, 'cli', 'executable');

/** Compiled when the executable needs them: other commands, and how to get tokens from clouds. */
const stored = [
  'change-namespace',
  'doctor',
  'namespaces',
  'reconcile',
  'status',
  'aws',
  'azure',
  'gcp',
];

/** The text of both bundles: of what is in the snapshot, and of the stored modules. */
export async function bundleExecutable(version) {
  const [snapshot, storedModules] = await Promise.all([
    bundled('main.ts', {
      define: { PGWARDEN_VERSION: JSON.stringify(version) },
      plugins: [loadStored, builtinsOnDemand, cryptoOfPgOnDemand, ...smallBundle.plugins],
    }),
    bundled('stored-modules.ts', { plugins: [urlOfNode, ...smallBundle.plugins] }),
  ]);
  return { snapshot, storedModules };
}

async function bundled(entry, options) {
  const { outputFiles } = await build({
    ...smallBundle,
    entryPoints: [join(entries, entry)],
    format: 'cjs',
    target: 'node24',
    write: false,
    legalComments: 'none',
    ...options,
  });
  return outputFiles[0].text;
}

/** Replaces the modules that are imported on demand by those in the stored bundle, and leaves `dev` out. */
const loadStored = {
  name: 'load stored modules',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^\.\.?\// }, ({ kind, path }) => {
      if (kind !== 'dynamic-import') return undefined;
      const name = basename(path, '.ts');
      if (name === 'dev') return { path: join(entries, 'no-dev.ts') };
      return stored.includes(name) ? { path: name, namespace: 'stored' } : undefined;
    });
    onLoad({ filter: /.*/, namespace: 'stored' }, () => ({
      contents: `module.exports = require('./load-stored.ts').storedModules();`,
      resolveDir: entries,
    }));
  },
};

/**
 * Modules of Node.js that a snapshot cannot contain, or whose state must not come from the machine that builds it.
 * They are loaded when a member is first read, which fails while the snapshot is built.
 */
const onDemand = [
  'async_hooks',
  'child_process',
  'crypto',
  'dns',
  'dns/promises',
  'fs/promises',
  'http',
  'https',
  'http2',
  'module',
  'net',
  'os',
  'perf_hooks',
  'readline',
  'readline/promises',
  'sea',
  'timers/promises',
  'tls',
  'vm',
  'worker_threads',
  'zlib',
];

const builtinsOnDemand = {
  name: 'builtins on demand',
  setup({ onResolve, onLoad }) {
    const names = new RegExp(`^(node:)?(${onDemand.join('|')})$`);
    onResolve({ filter: names }, ({ path }) => ({
      path: `node:${path.replace(/^node:/, '')}`,
      namespace: 'builtin',
    }));
    onLoad({ filter: /.*/, namespace: 'builtin' }, ({ path }) => ({
      contents: proxyOf(path),
    }));
  },
};

/** What the warm-up uses in place of members of these modules. */
const standIns = {
  'node:crypto': `createHash: () => ({ update() { return this; }, digest: () => 'sample' })`,
  'node:timers/promises': 'setImmediate: () => Promise.resolve()',
};

/** The proxy is the prototype, because esbuild copies the prototype of an imported module, and reads its own properties. */
function proxyOf(name) {
  return `let found;
module.exports = Object.create(new Proxy({}, {
  get(_target, key) {
    if (key === '__esModule') return undefined;
    if (require('node:v8').startupSnapshot.isBuildingSnapshot()) {
      const standIn = ({ ${standIns[name] ?? ''} })[key];
      if (standIn !== undefined) return standIn;
      throw new Error('${name} must not be used while the snapshot is built: ' + String(key));
    }
    found ??= process.getBuiltinModule('${name}');
    return found[key];
  },
}));`;
}

/** node-fetch needs this package only where Node.js has no URL. It uses a deprecated module, which prints a warning. */
const urlOfNode = {
  name: 'URL of Node.js',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^whatwg-url$/ }, () => ({ path: 'url', namespace: 'url' }));
    onLoad({ filter: /.*/, namespace: 'url' }, () => ({
      contents: 'exports.URL = globalThis.URL;',
    }));
  },
};

/** pg looks up Web Crypto when it is loaded. */
const cryptoOfPgOnDemand = {
  name: 'crypto of pg on demand',
  setup({ onLoad }) {
    onLoad({ filter: /\/pg\/lib\/crypto\/utils\.js$/ }, ({ path }) => {
      const text = readFileSync(path, 'utf8');
      const contents = text
        .replace('const webCrypto = nodeCrypto.webcrypto || globalThis.crypto', '')
        .replace('const subtleCrypto = webCrypto.subtle', '')
        .replaceAll(/\b(webCrypto|subtleCrypto)\./g, (_all, name) =>
          name === 'webCrypto' ? 'nodeCrypto.webcrypto.' : 'nodeCrypto.webcrypto.subtle.',
        );
      if (/\b(webCrypto|subtleCrypto)\b/.test(contents))
        throw new Error('pg uses Web Crypto in another way than before');
      return { contents };
    });
  },
};
