import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startApiServer } from '../../tools/kubernetes/api-server.ts';
import { postgresMajors } from '../../embedded/postgres-binaries.ts';
import { startPostgres } from '../../embedded/postgres.ts';
import { postgresContainer } from './containers.ts';
import { definePolicies } from './define-policies.ts';
import { resolveTemporal } from '../../embedded/temporal-executable.ts';
import { startTemporal } from '../../embedded/temporal.ts';

type Stop = () => Promise<unknown>;

const stops: Stop[] = [];
const provided = new Map<string, Promise<string>>();

/** Starts `postgres/<major>`, `temporal`, `workflow-bundle` or `kubernetes` once, and returns its address. */
export function provide(name: string): Promise<string> {
  const known = provided.get(name);
  if (known !== undefined) return known;
  const answer = start(name);
  provided.set(name, answer);
  return answer;
}

export async function stopAll(): Promise<void> {
  await Promise.allSettled(provided.values());
  await Promise.all(stops.map((stop) => stop()));
}

function start(name: string): Promise<string> {
  if (name === 'temporal') return temporal();
  if (name === 'workflow-bundle') return workflowBundle();
  if (name === 'kubernetes') return kubernetes();
  const major = postgresMajors.find((each) => name === `postgres/${each}`);
  if (major === undefined) return Promise.reject(new Error(`no such test server: ${name}`));
  return postgres(major);
}

async function postgres(major: (typeof postgresMajors)[number]): Promise<string> {
  const settings = { max_connections: '200' };
  let how = 'container';
  const server = await postgresContainer(major).catch((error: unknown) => {
    how = `embedded (${error instanceof Error ? error.message : String(error)})`;
    return startPostgres({ major, durable: false, settings });
  });
  stops.push(server.stop);
  process.stderr.write(`PostgreSQL ${major} for tests: ${how}\n`);
  return server.url;
}

async function temporal(): Promise<string> {
  const choice = await resolveTemporal(process.env);
  if (choice.kind === 'server') return choice.address;
  const server = await startTemporal({ executable: choice.path, searchAttributes });
  stops.push(server.stop);
  return server.address;
}

const searchAttributes = {
  PgPhase: 'Keyword',
  PgDatabase: 'Keyword',
  PgNamespace: 'Keyword',
  PgDrifted: 'Bool',
  PgLastChange: 'Datetime',
};

/** The kubeconfig file of an API server with pgwarden's custom resource definition. */
async function kubernetes(): Promise<string> {
  const { kubeconfig, stop } = await startApiServer();
  stops.push(stop);
  await definePolicies(kubeconfig);
  return kubeconfig;
}

async function workflowBundle(): Promise<string> {
  const workflowsPath = fileURLToPath(new URL('../../workflows/index.ts', import.meta.url));
  const { bundleWorkflowCode, DefaultLogger } = await import('@temporalio/worker');
  const { code } = await bundleWorkflowCode({ workflowsPath, logger: new DefaultLogger('WARN') });
  const folder = await mkdtemp(join(tmpdir(), 'pgwarden-bundle-'));
  stops.push(() => rm(folder, { recursive: true, force: true }));
  const path = join(folder, 'workflow-bundle.js');
  await writeFile(path, code);
  return path;
}
