import { readFile, rm, writeFile } from 'node:fs/promises';
import { Refusal } from '../core/refusal.ts';
import { commandLine, endProcess, isAlive } from './pid.ts';

interface ServerRecord {
  readonly server: number;
  readonly owner: number;
}

/**
 * Make sure no server of an earlier run is using `place` (its data directory or database file).
 *
 * One whose owner is gone is stopped; one whose owner still runs is the user's, and refused. `pidFile` was
 * written by `rememberServer`. A process that only happens to have the same id does not name `place`.
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
    'Stop that one first, or choose another state directory.',
  );
}
