import { randomBytes } from 'node:crypto';
import { postgresMajors, type PostgresMajor } from '../../embedded/postgres-binaries.ts';
import { rowsOf } from './rows.ts';

/** A separate database for one test. Roles belong to the whole server, so give them unique names too. */
export interface TestDatabase {
  readonly name: string;
  readonly url: string;
  readonly drop: () => Promise<void>;
}

/** The PostgreSQL versions to test: `PGWARDEN_TEST_MAJORS` (e.g. `16,18`), or all that this machine can run. */
export function majors(): readonly PostgresMajor[] {
  const chosen = (process.env.PGWARDEN_TEST_MAJORS ?? '').split(',').map(Number);
  return postgresMajors.filter((major) => chosen.includes(major));
}

/** Superuser URL of the shared server of that version. The first caller starts it. */
export function postgresUrl(major: PostgresMajor): Promise<string> {
  return ask(`postgres/${major}`);
}

/** Address of the shared Temporal development server. The first caller starts it. */
export function temporalAddress(): Promise<string> {
  return ask('temporal');
}

/** Path of the workflow bundle, built once per run: `workflowBundle: { codePath }` of a Worker. */
export function workflowBundlePath(): Promise<string> {
  return ask('workflow-bundle');
}

/** Path of a kubeconfig of the shared Kubernetes API server. The first caller starts it. */
export function kubeconfigPath(): Promise<string> {
  return ask('kubernetes');
}

export async function freshDatabase(major: PostgresMajor): Promise<TestDatabase> {
  const server = await postgresUrl(major);
  const name = uniqueName('test');
  await rowsOf(server, `CREATE DATABASE ${name}`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  return {
    name,
    url: url.href,
    drop: async () => {
      await rowsOf(server, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
    },
  };
}

/** A unique name for a role or database, with only letters, digits and underscores. */
export function uniqueName(prefix: string): string {
  return `${prefix}_${randomBytes(5).toString('hex')}`;
}

async function ask(name: string): Promise<string> {
  const broker = process.env.PGWARDEN_TEST_BROKER;
  if (broker === undefined) throw new Error('test servers are there only under jest');
  const response = await fetch(`${broker}/${name}`, { headers: { connection: 'close' } });
  const text = await response.text();
  if (!response.ok) throw new Error(text);
  return text;
}
