import { fileURLToPath } from 'node:url';
import { Client, Connection } from '@temporalio/client';
import { NativeConnection } from '@temporalio/worker';
import type { Logger } from 'pino';
import { Refusal } from '../../core/refusal.ts';
import { encryptionFrom } from '../../runtime/encryption/settings.ts';
import { boundsFile } from '../../sources/bounds-file.ts';
import type { PolicySource } from '../../sources/source.ts';
import { startWatcher } from '../../watcher/start.ts';
import { startWorker } from '../../worker/start.ts';
import type { Lifetime } from './lifetime.ts';
import type { TemporalEndpoint } from './temporal.ts';

/** The worker and the watcher that run in this process. */
export interface Engine {
  readonly client: Client;
  /** Rejects when the worker fails; resolves when it stops. */
  readonly ended: Promise<void>;
}

/** Starts the worker and the watcher. The lifetime stops the watcher first, because it brings new work. */
export async function startEngine(
  { connectionOptions, namespace }: TemporalEndpoint,
  source: PolicySource,
  log: Logger,
  lifetime: Lifetime,
): Promise<Engine> {
  const taskQueue = process.env.TEMPORAL_TASK_QUEUE ?? 'pgwarden';
  const native = await NativeConnection.connect(connectionOptions).catch((error: unknown) => {
    throw noTemporal(connectionOptions.address ?? 'localhost:7233', error);
  });
  lifetime.defer(() => native.close());
  const connection = await Connection.connect(connectionOptions);
  lifetime.defer(() => connection.close());
  const encryption = encryptionFrom(process.env, log);
  const client = new Client({ connection, namespace, dataConverter: encryption.dataConverter });
  const worker = await startWorker({
    ...{ connection: native, namespace, taskQueue, source, log, encryption },
    zone: 'every',
    bounds: boundsFile(process.env.PGWARDEN_BOUNDS_FILE),
    bundlePath: fileURLToPath(new URL('../../workflow-bundle.js', import.meta.url)),
  });
  lifetime.defer(worker.stop);
  const stopWatching = new AbortController();
  const watcher = await startWatcher({
    source,
    client,
    taskQueue,
    log,
    signal: stopWatching.signal,
  });
  lifetime.defer(async () => {
    stopWatching.abort();
    await watcher.stopped;
  });
  return { client, ended: worker.ended };
}

/** Puts the message of the SDK into the details, because it is long and technical. */
function noTemporal(address: string, error: unknown): Refusal {
  const hint = 'Check TEMPORAL_ADDRESS, or unset it so that pgwarden dev starts a server.';
  const details = error instanceof Error ? [error.message] : [];
  return new Refusal(
    'TemporalUnavailable',
    `no Temporal server answers at ${address}`,
    hint,
    details,
  );
}
