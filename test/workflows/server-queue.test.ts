import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Worker } from '@temporalio/worker';
import type {
  Activities,
  Applied,
  ApplyOutcome,
  ApplyRequest,
  Observation,
} from '../../activities/contract.ts';
import { queueLine } from '../../cli/queue-line.ts';
import { databaseWorkflows } from '../../worker/database-workflows.ts';
import { databaseWorkflowId, queueQuery, stateQuery } from '../../workflows/messages.ts';
import type { QueueView } from '../../workflows/queue-view.ts';
import { uniqueName, workflowBundlePath } from '../setup/servers.ts';
import { openBench, type Bench } from './bench.ts';
import { eventually } from './wait.ts';

/**
 * How the queue of a server treats slow and failing tickets. The activities are fakes, because they are the boundary of
 * the workflows.
 */
let bench: Bench;

beforeAll(async () => {
  bench = await openBench();
});

afterAll(() => bench.close());

const some = { total: 1 } as Applied['summary'];

interface Pretended {
  readonly server: string;
  readonly intervalSeconds: number;
  readonly apply: (request: ApplyRequest) => Promise<ApplyOutcome>;
}

/** Every policy differs until one of its applies succeeds. */
function pretended({ server, intervalSeconds, apply }: Pretended) {
  const mark = { server, inputs: '', fingerprint: '' };
  const applied = new Set<string>();
  const observed: (readonly [policy: string, observation: Observation])[] = [];
  const databases = databaseWorkflows(bench.client, bench.taskQueue);
  const activities: Activities = {
    check: ({ ref }) =>
      Promise.resolve(
        applied.has(ref.name)
          ? { kind: 'unchanged' }
          : {
              ...{ kind: 'differs', mark, database: 'db', claim: ref.name, mode: 'apply' },
              ...{ intervalSeconds, version: '1' },
            },
      ),
    async claim({ ref }) {
      const since = new Date().toISOString();
      const lists = { roles: [ref.name], schemas: [] };
      const claim = { policy: ref, digest: ref.name, since, database: 'db', ...lists };
      await databases.claim(server, claim);
      return { kind: 'sent', digest: ref.name };
    },
    readClaim: () => Promise.resolve({ kind: 'gone' }),
    recordClaim: () => Promise.resolve({ kind: 'done' }),
    mirrorClaim: () => Promise.resolve({ kind: 'done' }),
    release: () => Promise.resolve({ kind: 'done' }),
    diff: () =>
      Promise.resolve({ kind: 'planned', summary: some, line: '+1 role', hash: '', mark }),
    async submit({ ticket }) {
      await databases.enqueue(server, ticket);
      return { kind: 'done' };
    },
    async apply(request) {
      const outcome = await apply(request);
      if (outcome.kind === 'applied') applied.add(request.ticket.policy.name);
      return outcome;
    },
    step: () => Promise.resolve({ kind: 'done' }),
    report({ ref, observation }) {
      observed.push([ref.name, observation]);
      return Promise.resolve({ searchAttributes: false });
    },
    letGo: () => Promise.resolve({ kind: 'done' }),
    recallClaims: () => Promise.resolve([]),
    policyExists: () => Promise.resolve(true),
    checkTogether: () => Promise.resolve({ kind: 'checked', awake: [] }),
    joinSharedCheck: () => Promise.resolve({ kind: 'done' }),
  };
  const success: Applied = { kind: 'applied', summary: some, line: '+1 role', hash: '', mark };
  return { activities, observed, success };
}

/** Opens the gate in any case, because otherwise the worker would wait for the activity that it holds. */
async function working(
  activities: Activities,
  { open }: { readonly open: () => void },
  work: () => Promise<void>,
): Promise<void> {
  const worker = await workWith(activities);
  await worker.runUntil(async () => {
    try {
      await work();
    } finally {
      open();
    }
  });
}

/** Applies wait until the gate opens. `order` has the policies whose applies began. */
function heldUp() {
  const server = uniqueName('server');
  const order: string[] = [];
  const queued = gate();
  const { activities, success } = pretended({
    ...{ server, intervalSeconds: 3_600 },
    async apply({ ticket: { policy } }) {
      order.push(policy.name);
      await queued.opened;
      return success;
    },
  });
  return { server, order, queued, activities };
}

async function workWith(activities: Activities): Promise<Worker> {
  return Worker.create({
    connection: bench.native,
    namespace: bench.client.options.namespace,
    taskQueue: bench.taskQueue,
    activities,
    workflowBundle: { codePath: await workflowBundlePath() },
  });
}

function start(namespace: string, name: string, signal = 'policyChanged') {
  return bench.client.workflow.signalWithStart('policy', {
    ...{ workflowId: `policy/${namespace}/${name}`, taskQueue: bench.taskQueue },
    args: [{ namespace, name }],
    signal,
  });
}

const locked: ApplyOutcome = {
  kind: 'refused',
  refusal: { code: 'LockContention', message: 'session 42 of role ana holds it', hint: 'End it.' },
  failureClass: 'contention',
};

/** Resolves when it is allowed to. */
function gate() {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}

function queueAt(server: string) {
  const handle = bench.client.workflow.getHandle(databaseWorkflowId(server));
  return handle.query(queueQuery).catch(() => nothing); // the queue starts with the first claim
}

const nothing: QueueView = { queue: [], claims: [], waiting: [] };

test('a ticket that met a lock goes to the end of the queue, and its policy reports that at the second time', async () => {
  const server = uniqueName('server');
  const order: string[] = [];
  const others = gate();
  let isLocked = true;
  const { activities, observed, success } = pretended({
    ...{ server, intervalSeconds: 3_600 },
    async apply({ ticket: { policy } }) {
      order.push(policy.name);
      if (policy.name !== 'contended') return success;
      await others.opened;
      return isLocked ? locked : success;
    },
  });
  await working(activities, others, async () => {
    await start('tenant', 'contended');
    await eventually(() => order.length === 1);
    await start('tenant', 'first');
    await eventually(async () => (await queueAt(server)).queue.length === 1);
    await start('tenant', 'second');
    await eventually(async () => (await queueAt(server)).queue.length === 2);
    others.open();
    await eventually(() => observed.some(([name]) => name === 'contended'));
    isLocked = false;
    await eventually(() => observed.some(([, { kind }]) => kind === 'applied'));
    await eventually(() => order.filter((name) => name === 'contended').length === 3);
  });
  expect(order).toEqual(['contended', 'first', 'second', 'contended', 'contended']);
  const [contended] = observed.filter(([name]) => name === 'contended');
  expect(contended?.[1]).toMatchObject({ kind: 'refused', refusal: { code: 'LockContention' } });
}, 60_000);

test('namespaces take turns, so that many slow tickets of one delay another by only one of them', async () => {
  const { server, order, queued, activities } = heldUp();
  const many = Array.from({ length: 6 }, (_, index) => `crowd-${index}`);
  await working(activities, queued, async () => {
    await start('crowd', 'crowd-first');
    await eventually(() => order.length === 1);
    await Promise.all(many.map((name) => start('crowd', name)));
    await eventually(async () => (await queueAt(server)).queue.length === many.length);
    await start('other', 'alone');
    await eventually(async () => (await queueAt(server)).queue.length === many.length + 1);
    queued.open();
    await eventually(() => order.length === many.length + 2);
  });
  expect(order.slice(0, 2)).toEqual(['crowd-first', 'alone']);
  expect(order.slice(2).sort()).toEqual(many);
}, 60_000);

test('a reconcile that someone asked for goes before the other tickets of its namespace', async () => {
  const { server, order, queued, activities } = heldUp();
  await working(activities, queued, async () => {
    await start('crowd', 'running');
    await eventually(() => order.length === 1);
    await start('crowd', 'patient');
    await eventually(async () => (await queueAt(server)).queue.length === 1);
    await start('crowd', 'wanted', 'reconcile');
    await eventually(async () => (await queueAt(server)).queue.length === 2);
    queued.open();
    await eventually(() => order.length === 3);
  });
  expect(order).toEqual(['running', 'wanted', 'patient']);
}, 60_000);

test('a repair that waits longer than the interval is reported with its start time, and no longer once it is made', async () => {
  const server = uniqueName('server');
  const blocked = gate();
  const { activities, observed, success } = pretended({
    ...{ server, intervalSeconds: 10 },
    async apply({ ticket: { policy } }) {
      if (policy.name === 'frozen') await blocked.opened;
      return success;
    },
  });
  await working(activities, blocked, async () => {
    await start('other', 'frozen');
    await eventually(async () => (await queueAt(server)).running?.policy.name === 'frozen');
    const ref = { namespace: 'tenant', name: 'waiting' };
    const waiting = await start(ref.namespace, ref.name);
    const view = await eventually(async () => {
      const queue = await queueAt(server);
      return queue.queue.length === 1 ? queue : undefined;
    });
    expect(Date.parse(view.queue[0]?.since ?? '')).toBeGreaterThanOrEqual(
      Date.parse(view.runningSince ?? ''),
    );
    const queued = await eventually(() => observed.find(([name]) => name === 'waiting'));
    const seen = await waiting.query(stateQuery);
    expect(seen.phase).toBe('Drifted');
    expect(queued[1]).toEqual({ kind: 'queued', line: '+1 role', since: expect.any(String) });
    expect(JSON.stringify(queued)).not.toContain('frozen');
    expect(seen.queuedSince).toMatch(/^2\d{3}-/);
    const line = await queueLine(bench.client, ref, seen);
    expect(line).toMatch(/^tenant\/waiting: its changes have been queued on the server since /);
    expect(line).toMatch(/; changes of another policy have been running since \d\d:\d\d:\d\d\n$/);
    blocked.open();
    await eventually(() => observed.filter(([name]) => name === 'waiting').length === 2);
    expect(observed.filter(([name]) => name === 'waiting')[1]?.[1].kind).toBe('applied');
    const after = await waiting.query(stateQuery);
    expect([after.phase, after.queuedSince]).toEqual(['Ready', undefined]);
  });
}, 90_000);
