import type { PolicyRecord, PolicySource } from '../../sources/source.ts';
import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Client } from '@temporalio/client';
import { pino } from 'pino';
import { Refusal } from '../../core/refusal.ts';
import { step } from '../../embedded/progress.ts';
import { targetFromUrl } from '../../core/connection/target-from-url.ts';
import type { DirectorySource } from '../../sources/directory/source.ts';
import { directorySource } from '../../sources/directory/source.ts';
import { installRuntime } from '../../worker/runtime.ts';
import { keepAddress } from './address-file.ts';
import type { Demo } from './demo.ts';
import { startDemo } from './demo.ts';
import { startEngine } from './engine.ts';
import type { Lifetime } from './lifetime.ts';
import { withSecrets } from './secrets-in-memory.ts';
import type { TemporalEndpoint } from './temporal.ts';
import { provideTemporal } from './temporal.ts';

export interface SetUpOptions {
  readonly directory: string | undefined;
  readonly databaseUrl?: string;
  readonly state?: string;
}

/** Everything that `pgwarden dev` runs. */
export interface Session {
  readonly client: Client;
  readonly source: DirectorySource;
  readonly temporal: TemporalEndpoint;
  readonly demo: Demo | undefined;
  readonly directory: string;
  readonly state: string;
  readonly startedAt: Date;
  /** Rejects when the worker fails. */
  readonly ended: Promise<void>;
}

/** Starts everything, Temporal first. The lifetime stops it. */
export async function setUp(options: SetUpOptions, lifetime: Lifetime): Promise<Session> {
  const startedAt = new Date();
  const { directory, state } = await directoriesOf(options);
  const temporal = await provideTemporal(join(state, 'temporal'));
  if (temporal.own) {
    lifetime.defer(temporal.stop);
    lifetime.defer(await keepAddress(state, temporal));
  }
  const demo = options.directory === undefined ? await demoIn(state, lifetime) : undefined;
  const source = sourceFor(directorySource({ directory, stateDirectory: state }), options, demo);
  const log = pino({ level: process.env.LOG_LEVEL ?? 'info' }, logFile(state));
  installRuntime(log);
  const engine = await step('Starting worker and watcher', () =>
    startEngine(temporal, source, log, lifetime),
  );
  return { ...engine, source, temporal, demo, directory, state, startedAt };
}

const examples = fileURLToPath(new URL('../../../examples', import.meta.url));

/** Resolves and checks the directories before anything starts. */
async function directoriesOf({ directory, databaseUrl, state }: SetUpOptions) {
  if (databaseUrl !== undefined) targetFromUrl(databaseUrl);
  if (directory === undefined && databaseUrl !== undefined) {
    const hint = 'Run pgwarden dev DIR --database-url URL.';
    throw new Refusal('Usage', '--database-url needs a directory of policies', hint);
  }
  const policies = resolve(directory ?? examples);
  const usualState = directory === undefined ? '.pgwarden' : join(policies, '.pgwarden');
  const directories = { directory: policies, state: resolve(state ?? usualState) };
  await directorySource({ directory: policies, stateDirectory: directories.state }).listPolicies();
  // Other users can traverse it: PostgreSQL runs as another user if we are root. Private directories have their own mode.
  await mkdir(directories.state, { recursive: true, mode: 0o711 });
  return directories;
}

async function demoIn(state: string, lifetime: Lifetime): Promise<Demo> {
  const demo = await step('Starting PostgreSQL with the demo databases', () => startDemo(state));
  lifetime.defer(demo.stop);
  return demo;
}

function sourceFor(
  source: DirectorySource,
  { databaseUrl }: SetUpOptions,
  demo: Demo | undefined,
): DirectorySource {
  if (demo !== undefined) return withSecrets(source, demo.secrets);
  return databaseUrl === undefined ? source : withOneDatabase(source, databaseUrl);
}

/** Logs go to a file, because the terminal shows the output for people. */
function logFile(state: string) {
  return pino.destination({ dest: join(state, 'pgwarden.log'), mkdir: true, sync: true });
}

const secretName = 'pgwarden-dev-database-url';
const secretKey = 'DATABASE_URL';

/** A source whose policies all connect to one database instead of the database they name. */
function withOneDatabase<S extends PolicySource>(source: S, databaseUrl: string): S {
  const redirected = {
    ...source,
    async readPolicy(ref: PolicyRecord['ref']) {
      const record = await source.readPolicy(ref);
      return record === undefined ? undefined : redirect(record);
    },
  };
  return withSecrets(redirected, { [secretName]: { [secretKey]: databaseUrl } });
}

function redirect(record: PolicyRecord): PolicyRecord {
  if ('refusal' in record.content) return record;
  const { spec, graph } = record.content;
  const connection = { secretRef: { name: secretName }, secretKey };
  return { ...record, content: { graph, spec: { ...spec, connection } } };
}
