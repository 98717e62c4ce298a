import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chown, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Refusal } from '../core/refusal.ts';
import { runCommand } from './command.ts';
import type { PostgresBinaries } from './postgres-binaries.ts';
import type { ProcessUser } from './unprivileged.ts';

interface Cluster {
  readonly dataDir: string;
  /** Password of the superuser. */
  readonly password: string;
}

/** The cluster in `home`. The first use creates it with initdb, and stores the superuser password in a file. */
export async function prepareCluster(
  binaries: PostgresBinaries,
  home: string,
  user: ProcessUser,
): Promise<Cluster> {
  const dataDir = join(home, 'cluster');
  const passwordFile = join(home, 'password');
  await mkdir(home, { recursive: true });
  await giveTo(user, home);
  if (!existsSync(dataDir)) {
    await writeFile(passwordFile, randomBytes(18).toString('base64url'), { mode: 0o600 });
    await giveTo(user, passwordFile);
    const unfinished = join(home, 'cluster.unfinished');
    await rm(unfinished, { recursive: true, force: true });
    await initialize(binaries, unfinished, passwordFile, user);
    await rename(unfinished, dataDir);
  }
  return { dataDir, password: await readFile(passwordFile, 'utf8') };
}

async function initialize(
  binaries: PostgresBinaries,
  dataDir: string,
  passwordFile: string,
  user: ProcessUser,
): Promise<void> {
  const args = [
    ...['--pgdata', dataDir, '--username', 'postgres', '--pwfile', passwordFile],
    ...['--auth', 'scram-sha-256', '--encoding', 'UTF8', '--locale', 'C', '--no-sync'],
  ];
  const { code, output } = await runCommand(binaries.initdb, args, { ...user, timeoutMs: 120_000 });
  if (code === 0) return;
  throw new Refusal(
    'PostgresUnavailable',
    'initdb failed',
    'Read its last output below.',
    output.split('\n').slice(-5),
  );
}

async function giveTo({ uid, gid }: ProcessUser, path: string): Promise<void> {
  if (uid !== undefined && gid !== undefined) await chown(path, uid, gid);
}
