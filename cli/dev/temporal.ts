import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import { step } from '../../embedded/progress.ts';
import { startTemporal } from '../../embedded/temporal.ts';
import { resolveTemporal } from '../../embedded/temporal-executable.ts';
import { searchAttributeTypes } from '../../workflows/messages.ts';
import { preferredPort } from './preferred-port.ts';

type ConnectionOptions = ReturnType<typeof loadClientConnectConfig>['connectionOptions'];

/** A Temporal server to use: our own, or an existing one. */
export interface TemporalEndpoint {
  readonly connectionOptions: ConnectionOptions;
  readonly namespace: string;
  /** Address of the UI. It is known only for our own server. */
  readonly uiUrl?: string;
  /** Whether we started it. */
  readonly own: boolean;
  readonly stop: () => Promise<void>;
}

const usualPort = 7233;
const usualUiPort = 8233;

/** The server at TEMPORAL_ADDRESS, else our own server that stores its history in `home`. */
export async function provideTemporal(home: string): Promise<TemporalEndpoint> {
  const choice = await resolveTemporal(process.env);
  if (choice.kind === 'server') {
    const { connectionOptions, namespace = 'default' } = loadClientConnectConfig();
    return { connectionOptions, namespace, own: false, stop: () => Promise.resolve() };
  }
  await mkdir(home, { recursive: true, mode: 0o700 });
  const server = await step(`Starting Temporal (${choice.source})`, async () =>
    startTemporal({
      executable: choice.path,
      dbFilename: join(home, 'temporal.db'),
      port: await preferredPort(usualPort),
      uiPort: await preferredPort(usualUiPort),
      searchAttributes: searchAttributeTypes,
    }),
  );
  const { address, uiUrl, stop } = server;
  return { connectionOptions: { address }, namespace: 'default', uiUrl, own: true, stop };
}
