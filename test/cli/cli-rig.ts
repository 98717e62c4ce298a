import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from '@jest/globals';
import { rowsOf } from '../setup/rows.ts';
import { freshDatabase, majors, uniqueName, type TestDatabase } from '../setup/servers.ts';
import { runCli, type CliResult } from './run-cli.ts';

const [newest = 18] = [...majors()].reverse();

/** A database for the tests of one file, and the program that applies manifests to it. */
export interface CliRig {
  readonly database: TestDatabase;
  /** A unique role name. The rig drops the role. */
  readonly newRole: (name?: string) => string;
  /** The path of a file with that text. */
  readonly file: (text: string) => Promise<string>;
  /** Writes the text to a file, and runs a command on it and on the test's database. */
  readonly run: (
    args: readonly string[],
    text: string,
    env?: Record<string, string>,
  ) => Promise<CliResult>;
}

export const inSync = 'No changes needed. Database is in sync with manifest.';

/** Creates the database before the tests of a file, and drops it after them. */
export function cliRig(): CliRig {
  let database: TestDatabase;
  let folder: string;
  const roles: string[] = [];
  const file = async (text: string): Promise<string> => {
    const path = join(await mkdtemp(join(folder, 'f-')), 'pgroles.yaml');
    await writeFile(path, text);
    return path;
  };
  beforeAll(async () => {
    database = await freshDatabase(newest);
    folder = await mkdtemp(join(tmpdir(), 'pgwarden-cli-'));
  });
  afterAll(async () => {
    await database.drop();
    const server = database.url.replace(/\/[^/]*$/, '/postgres');
    if (roles.length > 0) await rowsOf(server, `DROP ROLE IF EXISTS ${roles.join(', ')}`);
    await rm(folder, { recursive: true });
  });
  return {
    get database() {
      return database;
    },
    file,
    newRole(name = uniqueName('cli')) {
      roles.push(name);
      return name;
    },
    run: async ([command = '', ...args], text, env = {}) =>
      runCli([command, '-f', await file(text), ...args], {
        env: { DATABASE_URL: database.url, ...env },
      }),
  };
}
