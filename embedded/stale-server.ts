import { readFile, rm, writeFile } from 'node:fs/promises';
import { Refusal } from '../core/refusal.ts';
import { commandLine, endProcess, isAlive } from './pid.ts';

interface ServerRecord {
  readonly server: number;
  readonly owner: number;
}

/**
 * Ensures that no server of an earlier run uses `place` (its data directory or database file).
 *
 * Stops the server if its owner process has ended; throws a refusal if the owner still runs. `rememberServer` wrote
 * `pidFile`. The command line of an unrelated process with the same id does not contain `place`.
 */
export async function stopStaleServer(pidFile: string, place: string): Promise<void> {
  const record = await readRecord(pidFile);
  if (record !== undefined && (await commandLine(record.server)).includes(place)) {
    if (record.owner !== process.pid && isAlive(record.owner)) throw alreadyRunning(record, place);
    await endProcess(record.server, 'SIGTERM', 10_000);
  }
  await rm(pidFile, { force: true });
}

export async function rememberServer(pidFile: string, server: number): Promise<void> {
  await writeFile(pidFile, `${server} ${process.pid}\n`);
}

async function readRecord(pidFile: string): Promise<ServerRecord | undefined> {
  const text = await readFile(pidFile, 'utf8').catch(() => '');
  const [server = 0, owner = 0] = text.trim().split(' ').map(Number);
  return server > 0 && owner > 0 ? { server, owner } : undefined;
}

function alreadyRunning({ owner }: ServerRecord, place: string): Refusal {
  return new Refusal(
    'Usage',
    `process ${owner} already runs a server on ${place}`,
    'Stop that process first, or choose another state directory.',
  );
}
