/**
 * Who may import whom, by top-level folder. Read by `eslint.config.js`, which tells the author while
 * typing, and by `test/architecture.test.ts`, which tells everybody.
 *
 * `folders` may be imported at run time, `types` by `import type` only; an entry is a folder or one
 * module of it, and a folder may always import itself. `packages`, where given, are the only packages
 * and Node modules imported at run time; `banned` are packages never imported, not even as types.
 * A folder that is not listed (cli, bench, test) may import everything.
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
  sources: { folders: ['core'], types: ['postgres'], banned: ['pg', '@temporalio'] },
  telemetry: { folders: ['core/refusal'], types: [], banned: ['pg', '@temporalio'] },
  activities: { folders: ['core', 'postgres', 'sources', 'telemetry/log'], types: [] },
  workflows: {
    folders: [],
    types: ['core', 'postgres', 'sources', 'activities'],
    packages: ['@temporalio/workflow', '@temporalio/common'],
  },
  worker: {
    folders: ['core', 'postgres', 'sources', 'telemetry', 'activities', 'workflows/messages'],
    types: ['workflows'],
  },
  watcher: {
    folders: [
      'sources',
      'telemetry',
      'workflows/messages',
      'worker/health',
      'worker/http-address',
      'worker/stop-signal',
      'worker/temporal-settings',
      'worker/temporal-trouble',
      'worker/temporal-wait',
    ],
    types: ['core', 'workflows'],
    banned: ['pg'],
  },
  embedded: { folders: ['core/refusal'], types: [], banned: ['pg'] },
};
