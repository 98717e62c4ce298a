import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Claim } from '../../activities/contract.ts';
import { initialDatabase } from '../../workflows/database-state.ts';
import { claim, databaseStart, databaseWorkflowId, queueQuery } from '../../workflows/messages.ts';
import { openBench, type Bench } from './bench.ts';
import { eventually } from './wait.ts';

let bench: Bench;
beforeAll(async () => {
  bench = await openBench();
  await bench.startWorker();
});
afterAll(() => bench.close());

function claimOf(namespace: string, name: string, count: number): Claim {
  const roles = Array.from({ length: count }, (_, index) =>
    `${namespace}-${name}-${String(index)}-`.padEnd(63, 'x'),
  );
  const since = new Date().toISOString();
  return { policy: { namespace, name }, digest: name, since, database: 'shop', roles, schemas: [] };
}

/** The holder of a claim after the last of these is held, if they are settled in this order. */
async function holdersAfter(server: string, claims: readonly Claim[]): Promise<string[]> {
  const args: [string, typeof initialDatabase] = [server, initialDatabase];
  const start = { ...databaseStart(server), args, taskQueue: bench.taskQueue };
  for (const each of claims)
    await bench.client.workflow.signalWithStart('database', {
      ...start,
      signal: claim,
      signalArgs: [each],
    });
  const handle = bench.client.workflow.getHandle(databaseWorkflowId(server));
  const last = claims.at(-1)?.policy.name;
  const view = await eventually(async () => {
    const seen = await handle.query(queueQuery).catch(() => undefined);
    return seen?.claims.some(({ policy }) => policy.name === last) ? seen : undefined;
  });
  await handle.terminate('done');
  return view.claims.map(({ policy }) => policy.name);
}

test('one namespace does not use up the room for the claims of a server', async () => {
  const holders = await holdersAfter('feedfacefeedfac1', [
    ...['one', 'two', 'three'].map((name) => claimOf('tenant', name, 7_500)),
    claimOf('bank', 'policy', 200),
  ]);
  expect(holders).toEqual(['one', 'two', 'policy']);
}, 60_000);

test('each new namespace finds room, although the earlier ones took as much as they could', async () => {
  const crowd = ['a', 'b', 'c'].flatMap((namespace) =>
    [7_500, 5_000, 2_500, 1_200, 600].map((count) =>
      claimOf(namespace, `${namespace}${String(count)}`, count),
    ),
  );
  const holders = await holdersAfter('feedfacefeedfac2', [
    ...crowd,
    claimOf('bank', 'policy', 200),
  ]);
  expect(holders).toEqual(['a7500', 'a5000', 'a2500', 'b5000', 'c1200', 'policy']);
}, 60_000);

test('claims without rights are released when those with rights need the room', async () => {
  const unproven = { unproven: true } as const;
  const holders = await holdersAfter('feedfacefeedfac3', [
    { ...claimOf('a', 'dream', 7_500), ...unproven },
    { ...claimOf('a', 'hope', 5_000), ...unproven },
    claimOf('b', 'fact', 7_500),
    claimOf('b', 'truth', 7_000),
  ]);
  expect(holders).toEqual(['dream', 'fact', 'truth']);
}, 60_000);
