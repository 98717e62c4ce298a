import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { Connection } from '@temporalio/client';
import { z } from 'zod';
import { runCommand } from '../../embedded/command.ts';
import { freePort } from '../../embedded/ports.ts';
import { startServerProcess } from '../../embedded/server-process.ts';
import { resolveTemporal } from '../../embedded/temporal-executable.ts';
import { eventually } from '../workflows/wait.ts';
import { manifests, template } from './helm.ts';

const leftovers: (() => Promise<unknown>)[] = [];
afterAll(async () => {
  for (const end of leftovers.reverse()) await end();
});

test('the Temporal server of an evaluation has the namespace and the search attributes, and keeps history for 30 days', async () => {
  const { path, folder, port } = await place();
  const container = await containers();
  const uiPort = await freePort();
  const [node = '', ...wait] = container.wait;
  const env = { PATH: process.env.PATH, TEMPORAL_ADDRESS: `127.0.0.1:${port}` };
  const waited = runCommand(node, wait, { env, timeoutMs: 30_000 });
  const server = await startServerProcess({
    file: path,
    args: [
      ...container.temporal.map((arg) => arg.replace('/data/', `${folder}/`)),
      ...[`--port=${port}`, `--ui-port=${uiPort}`],
    ],
    env: { HOME: folder },
    stopSignal: 'SIGTERM',
    graceMs: 5_000,
  });
  leftovers.push(server.stop);
  expect(await waited).toEqual({ code: 0, output: '' });
  const connection = await eventually(() =>
    Connection.connect({ address: `127.0.0.1:${port}`, connectTimeout: 1_000 }).catch(
      () => undefined,
    ),
  );
  leftovers.push(() => connection.close());

  const result = await runCommand(
    path,
    container.retention.map((arg) => arg.replace(/^--address=.*/, `--address=127.0.0.1:${port}`)),
    { env: { HOME: folder } },
  );
  expect(result).toMatchObject({ code: 0 });
  const { config } = await connection.workflowService.describeNamespace({ namespace: 'access' });
  expect(Number(config?.workflowExecutionRetentionTtl?.seconds)).toBe(30 * 86_400);
  const { customAttributes } = await connection.operatorService.listSearchAttributes({
    namespace: 'access',
  });
  expect(Object.keys(customAttributes)).toEqual(
    expect.arrayContaining(['PgPhase', 'PgDatabase', 'PgNamespace', 'PgDrifted', 'PgLastChange']),
  );
  const { service } = container;
  expect(await connection.healthService.check({ service })).toMatchObject({ status: 1 });
});

async function place() {
  const choice = await resolveTemporal({ ...process.env, TEMPORAL_ADDRESS: '' });
  if (choice.kind !== 'executable') throw new Error('there is no executable');
  const folder = await mkdtemp(join(tmpdir(), 'pgwarden-dev-server-'));
  leftovers.push(() => rm(folder, { recursive: true, force: true }));
  return { path: choice.path, folder, port: await freePort() };
}

const pods = z.object({
  spec: z.object({
    template: z.object({
      spec: z.object({
        initContainers: z.tuple([z.object({ command: z.array(z.string()) })]).optional(),
        containers: z.tuple([
          z.object({
            args: z.array(z.string()).default([]),
            readinessProbe: z
              .object({ grpc: z.object({ service: z.string() }).optional() })
              .optional(),
          }),
        ]),
      }),
    }),
  }),
});

/** The arguments and environment of its containers. */
async function containers() {
  const all = manifests(await template('evaluation', { set: ['temporal.namespace=access'] }));
  const pod = (name: string) => {
    const manifest = all.find(
      ({ kind, metadata }) => /Deployment|Job/.test(kind) && metadata.name === `pgwarden-${name}`,
    );
    return pods.parse(manifest).spec.template.spec;
  };
  const temporal = pod('temporal').containers[0];
  return {
    temporal: temporal.args,
    service: temporal.readinessProbe?.grpc?.service ?? '',
    retention: pod('retention').containers[0].args,
    wait: pod('worker').initContainers?.[0].command ?? [],
  };
}
