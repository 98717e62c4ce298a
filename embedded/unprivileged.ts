import { stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { Refusal } from '../core/refusal.ts';
import { runCommand } from './command.ts';

/** User and group of the PostgreSQL process; both undefined for our own user. */
export interface ProcessUser {
  readonly uid?: number;
  readonly gid?: number;
}

const userName = 'postgres';
const systemState = '/var/lib/pgwarden';

function isRoot(): boolean {
  return process.getuid?.() === 0;
}

/** PostgreSQL refuses to run as root, so root runs it as the system user `postgres`, and creates a missing user. */
export async function postgresUser(): Promise<ProcessUser> {
  if (!isRoot()) return {};
  const user = (await lookUp()) ?? ((await createUser()) ? await lookUp() : undefined);
  if (user !== undefined) return user;
  throw new Refusal(
    'PostgresUnavailable',
    `PostgreSQL does not run as root, and the system user ${userName} could not be created`,
    `Run as an ordinary user, or create the user ${userName}.`,
  );
}

async function lookUp(): Promise<ProcessUser | undefined> {
  const [uid, gid] = await Promise.all([
    runCommand('id', ['-u', userName]),
    runCommand('id', ['-g', userName]),
  ]);
  if (uid.code !== 0 || gid.code !== 0) return undefined;
  return { uid: Number(uid.output), gid: Number(gid.output) };
}

async function createUser(): Promise<boolean> {
  const args = ['--system', '--user-group', '--shell', '/bin/false', userName];
  return (await runCommand('useradd', args)).code === 0;
}

/**
 * The directory for PostgreSQL's files: `wanted`, or the system's state directory if we are root and the user
 * `postgres` cannot access `wanted`, e.g. in the home of root.
 */
export async function openPlace(wanted: string): Promise<string> {
  const path = resolve(wanted);
  return !isRoot() || (await openToOthers(path)) ? path : join(systemState, path);
}

/** Whether all users can access every parent directory of `path`. The last ones need not exist yet. */
async function openToOthers(path: string): Promise<boolean> {
  const parent = dirname(path);
  if (parent === path) return true;
  const folder = await stat(parent).catch(() => undefined);
  const open = folder === undefined || (folder.mode & 0o001) !== 0;
  return open && openToOthers(parent);
}
