import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Worker } from '@temporalio/worker';
import type { Activities, Applied } from '../../activities/contract.ts';
import type { CheckOutcome } from '../../activities/check-contract.ts';
import {
  claimAnswered,
  databaseWorkflowId,
  reconcile,
  reconcileNow,
  stateQuery,
} from '../../workflows/messages.ts';
import { initialDatabase } from '../../workflows/database-state.ts';
import { initialState } from '../../workflows/policy-state.ts';
import { databaseWorkflows } from '../../worker/database-workflows.ts';
import { uniqueName, workflowBundlePath } from '../setup/servers.ts';
import { openBench, type Bench } from './bench.ts';
import { eventually } from './wait.ts';

/**
 * The protocol between the workflows. Their activities are fakes here, because they are the boundary of the workflows.
 */
let bench: Bench;

beforeAll(async () => {
  bench = await openBench();
});

afterAll(() => bench.close());

const nothing = {} as Applied['summary'];
const some = { total: 1 } as Applied['summary'];
const mark = { server: 'some-server', inputs: '', fingerprint: '' };
const quiet: Activities = {
  check: () => Promise.resolve({ kind: 'unchanged' }),
  claim: () => Promise.resolve({ kind: 'gone' }),
  readClaim: () => Promise.resolve({ kind: 'gone' }),
  recordClaim: () => Promise.resolve({ kind: 'done' }),
  mirrorClaim: () => Promise.resolve({ kind: 'done' }),
  release: () => Promise.resolve({ kind: 'done' }),
  diff: () =>
    Promise.resolve({ kind: 'planned', summary: nothing, line: 'no changes', hash: '', mark }),
  submit: () => Promise.resolve({ kind: 'done' }),
  apply: () => Promise.resolve({ kind: 'stale', why: '' }),
  step: () => Promise.resolve({ kind: 'done' }),
  report: () => Promise.resolve({ searchAttributes: false }),
  letGo: () => Promise.resolve({ kind: 'done' }),
  recallClaims: () => Promise.resolve([]),
  policyExists: () => Promise.resolve(true),
  checkTogether: () => Promise.resolve({ kind: 'checked', awake: [] }),
  joinSharedCheck: () => Promise.resolve({ kind: 'done' }),
};

async function workWith(activities: Partial<Activities>): Promise<Worker> {
  return Worker.create({
    connection: bench.native,
    namespace: bench.client.options.namespace,
    taskQueue: bench.taskQueue,
    activities: { ...quiet, ...activities },
    workflowBundle: { codePath: await workflowBundlePath() },
  });
}

test('a change that arrives while the workflow continues as new is not lost', async () => {
  let written = 0;
  let seen = 0;
  const check = (): Promise<CheckOutcome> => {
    seen = written;
    return Promise.resolve({ kind: 'unchanged' });
  };
  const worker = await workWith({ check });
  await worker.runUntil(async () => {
    const state = { ...initialState, intervalSeconds: 86_400, historyLimit: 20 };
    const { workflowId } = await bench.change('busy', state);
    const handle = bench.client.workflow.getHandle(workflowId);
    const first = await handle.describe();
    for (let round = 0; round < 60; round += 1) {
      written += 1;
      await Promise.all([
        handle.signal('policyChanged'),
        handle.signal('policyChanged'),
        ...(round % 3 === 0 ? [handle.signal(reconcile)] : []),
      ]);
      if (round % 10 === 0) await eventually(() => seen === written);
    }
    await eventually(() => seen === written);
    const { raw, runId } = await handle.describe();
    expect(runId).not.toBe(first.runId);
    expect(Number(raw.workflowExecutionInfo?.historyLength)).toBeLessThan(60);
  });
});

test('every caller of the Update gets an answer, also across continue-as-new', async () => {
  let looks = 0;
  const check = (): Promise<CheckOutcome> => {
    looks += 1;
    return Promise.resolve({ kind: 'unchanged' });
  };
  const worker = await workWith({ check });
  await worker.runUntil(async () => {
    const state = { ...initialState, intervalSeconds: 86_400, historyLimit: 20 };
    const { workflowId } = await bench.change('updated', state);
    const handle = bench.client.workflow.getHandle(workflowId);
    const answers: unknown[] = [];
    for (let round = 0; round < 10; round += 1) {
      const callers = Array.from({ length: 4 }, () => handle.executeUpdate(reconcileNow));
      answers.push(...(await Promise.all(callers)));
    }
    expect(answers).toHaveLength(40);
    expect(new Set(answers.map((answer) => JSON.stringify(answer)))).toEqual(
      new Set(['{"phase":"Ready","changes":0,"line":"no changes"}']),
    );
    expect(looks).toBeGreaterThan(10);
  });
});

test('a policy that needed no change when it asked for its claim checks again when it has the claim', async () => {
  const { workflowId } = await bench.change('heir', { ...initialState, intervalSeconds: 86_400 });
  const handle = bench.client.workflow.getHandle(workflowId);
  const differs = { kind: 'differs', mark, database: 'db', claim: 'all', mode: 'apply' } as const;
  const asked: (string | undefined)[] = [];
  let isRevoked = false;
  const worker = await workWith({
    check({ last }) {
      asked.push(last?.fingerprint);
      const fingerprint = isRevoked ? 'revoked' : 'granted';
      if (last?.fingerprint === fingerprint) return Promise.resolve({ kind: 'unchanged' });
      return Promise.resolve({ ...differs, mark: { ...mark, fingerprint }, intervalSeconds: 300 });
    },
    diff: ({ mark: seen }) =>
      Promise.resolve({ kind: 'planned', summary: nothing, line: '', hash: '', mark: seen }),
    async claim() {
      // The former holder revokes before it releases its claim.
      isRevoked = true;
      const since = new Date().toISOString();
      const answer = { server: mark.server, digest: 'all', held: true, since } as const;
      await handle.signal(claimAnswered, answer);
      return { kind: 'sent', digest: 'all' };
    },
  });
  await worker.runUntil(async () => {
    await eventually(async () => (await handle.query(stateQuery)).phase === 'Ready');
  });
  expect(asked).toEqual([undefined, 'granted', undefined]);
});

test('while eight callers wait, the ninth is refused', async () => {
  let finish = (): void => undefined;
  const held = new Promise<void>((resolve) => {
    finish = resolve;
  });
  const differs = { kind: 'differs', mark, database: 'db', claim: 'all' } as const;
  const worker = await workWith({
    check: () => Promise.resolve({ ...differs, mode: 'apply', intervalSeconds: 300 }),
    async diff() {
      await held;
      return { kind: 'planned', summary: nothing, line: 'no changes', hash: '', mark };
    },
  });
  await worker.runUntil(async () => {
    const claim = { server: mark.server, digest: 'all', held: true };
    const { workflowId } = await bench.change('crowded', { ...initialState, claim });
    const handle = bench.client.workflow.getHandle(workflowId);
    const call = () => handle.startUpdate(reconcileNow, { waitForStage: 'ACCEPTED' });
    try {
      for (let caller = 0; caller < 8; caller += 1) await call();
      const ninth = await call();
      await expect(ninth.result()).rejects.toThrow('Workflow Update failed');
    } finally {
      finish();
    }
    await handle.terminate();
  });
});

test('policies of one server never apply at the same time, and each gets its turn', async () => {
  const server = uniqueName('server');
  const policies = Array.from({ length: 10 }, (_, index) => `many-${index}`);
  const rounds = 3;
  const applied = new Map<string, number>();
  let running = 0;
  let most = 0;
  const databases = databaseWorkflows(bench.client, bench.taskQueue);
  const activities: Partial<Activities> = {
    check: ({ ref }) =>
      Promise.resolve(
        (applied.get(ref.name) ?? 0) < rounds
          ? {
              kind: 'differs',
              mark: { server, inputs: '', fingerprint: '' },
              database: 'db',
              claim: ref.name,
              mode: 'apply',
              intervalSeconds: 1,
            }
          : { kind: 'unchanged' },
      ),
    async claim({ ref }) {
      const since = new Date().toISOString();
      const claim = {
        policy: ref,
        digest: ref.name,
        since,
        database: 'db',
        roles: [ref.name],
        schemas: [],
      };
      await databases.claim(server, claim);
      return { kind: 'sent', digest: ref.name };
    },
    diff: () =>
      Promise.resolve({ kind: 'planned', summary: some, line: '+1 role', hash: '', mark }),
    async submit({ ticket }) {
      await databases.enqueue(server, ticket);
      return { kind: 'done' };
    },
    async apply({ ticket }) {
      running += 1;
      most = Math.max(most, running);
      await new Promise((resolve) => setTimeout(resolve, 5));
      running -= 1;
      applied.set(ticket.policy.name, (applied.get(ticket.policy.name) ?? 0) + 1);
      const mark = { server, inputs: '', fingerprint: '' };
      return { kind: 'applied', summary: some, line: '+1 role', hash: '', mark };
    },
  };
  const worker = await workWith(activities);
  await worker.runUntil(async () => {
    const first = await bench.client.workflow.start('database', {
      workflowId: databaseWorkflowId(server),
      taskQueue: bench.taskQueue,
      args: [server, { ...initialDatabase, inbox: [ghost()], historyLimit: 40 }],
    });
    await Promise.all(policies.map((name) => bench.change(name)));
    await eventually(() => policies.every((name) => applied.get(name) === rounds));
    const now = await eventually(async () => {
      const its = await bench.client.workflow.getHandle(databaseWorkflowId(server)).describe();
      return its.runId === first.firstExecutionRunId ? undefined : its;
    });
    expect(now.status.name).toBe('RUNNING');
  });
  expect(most).toBe(1);
});

/** Keeps the workflow from ending before the first policy exists. */
function ghost() {
  const policy = { namespace: 'nowhere', name: 'ghost' };
  const claim = { policy, digest: '', since: '', database: '', roles: [], schemas: [] };
  return { kind: 'claim', claim } as const;
}
