import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { isAlive } from '../../embedded/pid.ts';
import type { TemporalEndpoint } from './temporal.ts';

const addressFile = z.object({ pid: z.number(), address: z.string(), namespace: z.string() });

const fileName = 'dev.json';

/** Writes the address of our Temporal server for other commands on this machine. Returns a function that removes it. */
export async function keepAddress(
  state: string,
  { connectionOptions, namespace }: TemporalEndpoint,
): Promise<() => Promise<void>> {
  const path = join(state, fileName);
  const { address = '' } = connectionOptions;
  await writeFile(path, `${JSON.stringify({ pid: process.pid, address, namespace })}\n`);
  return () => rm(path, { force: true });
}

/** The address of the Temporal server of a running `pgwarden dev`; undefined if none runs with this state directory. */
export async function keptAddress(
  state: string,
): Promise<{ readonly address: string; readonly namespace: string } | undefined> {
  const text = await readFile(join(state, fileName), 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  const { pid, address, namespace } = addressFile.parse(JSON.parse(text));
  return isAlive(pid) ? { address, namespace } : undefined;
}
