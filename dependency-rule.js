/**
 * Which top-level folder can import which. `eslint.config.js` and `test/architecture.test.ts` read it: the editor
 * reports a wrong import while the author types, and the test reports it in every run.
 *
 * `folders` may be imported at run time, `types` by `import type` only; an entry is a folder or one
 * module of it, and a folder may always import itself. `packages`, where given, are the only packages
 * and Node modules imported at run time; `banned` are packages never imported, not even as types.
 * A folder that is not listed may import everything: cli, and tools, bench and test, which no product code imports.
 *
 * @type {Record<string, { folders: string[], types: string[], packages?: string[], banned?: string[] }>}
 */
export const dependencyRule = {
  core: {
    folders: [],
    types: [],
    packages: ['zod', 'yaml', 'node:crypto', 'node:timers/promises'],
    banned: ['pg', '@temporalio'],
  },
  postgres: { folders: ['core'], types: [], banned: ['@temporalio'] },
  sources: { folders: ['core'], types: [], banned: ['pg', '@temporalio'] },
  telemetry: { folders: ['core/refusal'], types: [], banned: ['pg', '@temporalio'] },
  activities: { folders: ['core', 'postgres', 'sources', 'telemetry/log'], types: [] },
  workflows: {
    folders: [],
    types: ['core', 'postgres', 'sources', 'activities'],
    packages: ['@temporalio/workflow', '@temporalio/common'],
  },
  namespaces: {
    folders: ['core', 'sources'],
    types: [],
    banned: ['pg', '@temporalio'],
  },
  runtime: {
    folders: ['core', 'sources'],
    types: ['telemetry'],
    banned: ['pg', '@temporalio/workflow'],
  },
  worker: {
    folders: [
      'core',
      'postgres',
      'sources',
      'telemetry',
      'runtime',
      'activities',
      'workflows/messages',
    ],
    types: ['workflows'],
  },
  watcher: {
    folders: [
      'core/refusal',
      'core/waiting',
      'sources',
      'namespaces',
      'telemetry',
      'runtime',
      'workflows/messages',
    ],
    types: ['core', 'workflows'],
    banned: ['pg', '@temporalio/worker'],
  },
  codec: {
    folders: ['core/refusal', 'runtime'],
    types: ['telemetry'],
    banned: ['pg', '@temporalio/worker', '@temporalio/client'],
  },
  embedded: { folders: ['core/refusal'], types: [], banned: ['pg'] },
};
