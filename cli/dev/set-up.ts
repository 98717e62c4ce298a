import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Client } from '@temporalio/client';
import { pino } from 'pino';
import { Refusal } from '../../core/refusal.ts';
import { step } from '../../embedded/progress.ts';
import { targetFromUrl } from '../../postgres/target.ts';
import type { DirectorySource } from '../../sources/directory/source.ts';
import { directorySource } from '../../sources/directory/source.ts';
import { installRuntime } from '../../worker/runtime.ts';
import { keepAddress } from './address-file.ts';
import type { Demo } from './demo.ts';
import { startDemo } from './demo.ts';
import { startEngine } from './engine.ts';
import type { Lifetime } from './lifetime.ts';
import { withOneDatabase } from './one-database.ts';
import { withSecrets } from './secrets-in-memory.ts';
import type { TemporalPlace } from './temporal.ts';
import { provideTemporal } from './temporal.ts';

export interface SetUpOptions {
  readonly directory: string | undefined;
  readonly databaseUrl?: string;
  readonly state?: string;
}

/** Everything at work. */
export interface Session {
  readonly client: Client;
  readonly source: DirectorySource;
  readonly temporal: TemporalPlace;
  readonly demo: Demo | undefined;
  readonly directory: string;
  readonly state: string;
  readonly startedAt: Date;
  /** Rejects when the worker died. */
  readonly ended: Promise<void>;
}

/** Starts what is needed, Temporal first; the lifetime stops it again. */
export async function setUp(options: SetUpOptions, lifetime: Lifetime): Promise<Session> {
  const startedAt = new Date();
  const { directory, state } = await placesOf(options);
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

/** Checked before anything is started. */
async function placesOf({ directory, databaseUrl, state }: SetUpOptions) {
  if (databaseUrl !== undefined) targetFromUrl(databaseUrl);
  if (directory === undefined && databaseUrl !== undefined) {
    const hint = 'Run pgwarden dev DIR --database-url URL.';
    throw new Refusal('Usage', '--database-url needs a directory of policies', hint);
  }
  const policies = resolve(directory ?? examples);
  const usualState = directory === undefined ? '.pgwarden' : join(policies, '.pgwarden');
  const places = { directory: policies, state: resolve(state ?? usualState) };
  await directorySource({ directory: policies, stateDirectory: places.state }).listPolicies();
  // Others may pass through, as PostgreSQL does when we are root; what is private is closed by itself.
  await mkdir(places.state, { recursive: true, mode: 0o711 });
  return places;
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

/** The terminal is for people; what programs say is kept in a file. */
function logFile(state: string) {
  return pino.destination({ dest: join(state, 'pgwarden.log'), mkdir: true, sync: true });
}
