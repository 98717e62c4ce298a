/**
 * Bundles worker, watcher and codec server, such as into dist/worker/main.js, and replaces the compiler's output.
 * `setup.js build` calls it. A process then reads a few files instead of a thousand, so it starts sooner and holds less
 * memory. Packages with native code stay in node_modules.
 */
import { copyFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { smallBundle } from './small-bundle.js';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const target = join(root, 'dist');
const shared = 'bundled';
const resolve = createRequire(join(root, 'package.json')).resolve;

export async function bundleProcesses() {
  rmSync(join(target, shared), { recursive: true, force: true });
  await build({
    ...smallBundle,
    entryPoints: {
      'worker/main': join(root, 'worker', 'main.ts'),
      'watcher/main': join(root, 'watcher', 'main.ts'),
      'codec/main': join(root, 'codec', 'main.ts'),
      // The SDK starts its thread from the file of this name beside its own code.
      [`${shared}/workflow-worker-thread`]: resolve(
        '@temporalio/worker/lib/workflow/workflow-worker-thread.js',
      ),
    },
    outdir: target,
    chunkNames: `${shared}/[hash]`,
    splitting: true,
    keepNames: true,
    external: [...smallBundle.external, ...kept],
    format: 'esm',
    target: 'node20',
    banner: { js: prelude },
    plugins: [bundlerOnDemand, ...smallBundle.plugins],
  });
  // The package source-map reads it from the directory of its own code.
  const wasm = join(dirname(resolve('source-map')), 'lib', 'mappings.wasm');
  copyFileSync(wasm, join(target, shared, 'mappings.wasm'));
}

/** Parts with native code or files of their own, and parts that only some installations load. */
const kept = [
  '@temporalio/core-bridge',
  '@mongodb-js/saslprep',
  '@opentelemetry/exporter-metrics-*',
  '@aws-sdk/*',
  '@azure/*',
  'google-auth-library',
];

const prelude = `import { createRequire as requireFrom } from 'node:module';
import { fileURLToPath as pathOf } from 'node:url';
import { dirname as folderOf } from 'node:path';
const require = requireFrom(import.meta.url), __filename = pathOf(import.meta.url), __dirname = folderOf(__filename);`;

/** Leaves the SDK's compiler of workflows, with all of webpack, unloaded until a source tree without a bundle needs it. */
const bundlerOnDemand = {
  name: 'bundler on demand',
  setup({ onLoad }) {
    onLoad({ filter: /@temporalio\/worker\/lib\/workflow\/bundler\.js$/ }, () => ({
      contents: `
        const name = '@temporalio/worker/lib/workflow/bundler.js';
        exports.defaultWorkflowInterceptorModules = ['@temporalio/worker/lib/workflow-log-interceptor'];
        exports.WorkflowCodeBundler = class { constructor(options) { return new (require(name).WorkflowCodeBundler)(options); } };
        exports.bundleWorkflowCode = (options) => require(name).bundleWorkflowCode(options);`,
    }));
  },
};
