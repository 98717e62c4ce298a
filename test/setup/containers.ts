import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { runCommand } from '../../embedded/command.ts';
import type { PostgresMajor } from '../../embedded/postgres-binaries.ts';

/** A PostgreSQL server for tests, in a process or a container. */
interface TestPostgres {
  readonly url: string;
  readonly stop: () => Promise<unknown>;
}

const probeLimitMs = 5_000;
const pullLimitMs = 180_000;
const startLimitMs = 90_000;

let engine: Promise<boolean> | undefined;

/**
 * A container of the official image, if a Docker engine answers and has the image or can pull it. Otherwise throws an
 * error with the reason, within five minutes.
 */
export async function postgresContainer(major: PostgresMajor): Promise<TestPostgres> {
  engine ??= succeeds(['version'], probeLimitMs);
  if (!(await engine)) throw new Error('no Docker engine answers');
  const image = `postgres:${major}`;
  if (!(await imageThere(image))) throw new Error(`Docker has no ${image} and cannot pull it`);
  const container = await Promise.race([
    startContainer(image),
    sleep(startLimitMs, undefined, { ref: false }),
  ]);
  if (container === undefined) throw new Error(`a container of ${image} did not come up`);
  return container;
}

async function imageThere(image: string): Promise<boolean> {
  const local = await succeeds(['image', 'inspect', image], probeLimitMs);
  return local || succeeds(['pull', '--quiet', image], pullLimitMs);
}

async function succeeds(args: readonly string[], timeoutMs: number): Promise<boolean> {
  return (await runCommand('docker', args, { timeoutMs })).code === 0;
}

async function startContainer(image: string): Promise<TestPostgres> {
  const { GenericContainer, Wait } = await import('testcontainers');
  const password = randomBytes(18).toString('base64url');
  // The image first starts a server to initialize the database, and then the real one.
  const ready = Wait.forLogMessage('database system is ready to accept connections', 2);
  const container = await new GenericContainer(image)
    .withEnvironment({ POSTGRES_PASSWORD: password })
    .withCommand(['postgres', '-c', 'fsync=off', '-c', 'max_connections=200'])
    .withExposedPorts(5432)
    .withWaitStrategy(ready)
    .start();
  const address = `${container.getHost()}:${container.getMappedPort(5432)}`;
  return {
    url: `postgres://postgres:${password}@${address}/postgres`,
    stop: () => container.stop(),
  };
}
