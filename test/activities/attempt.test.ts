import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { CancelledFailure } from '@temporalio/activity';
import { MockActivityEnvironment } from '@temporalio/testing';
import { supervised, type Attempt, type AttemptedActivities } from '../../activities/attempt.ts';
import { Refusal } from '../../core/refusal.ts';

let environment: MockActivityEnvironment;
let beats: number;
let running: number;

beforeEach(() => {
  jest.useFakeTimers({ doNotFake: ['nextTick', 'queueMicrotask', 'setImmediate'] });
  beats = 0;
  running = 0;
  environment = new MockActivityEnvironment();
  environment.on('heartbeat', () => (beats += 1));
});

afterEach(() => {
  jest.useRealTimers();
});

const began = () => {
  running += 1;
  return () => {
    running -= 1;
  };
};

/** Runs the activity `policyExists` with this work. */
function run(work: (attempt: Attempt) => Promise<unknown>): Promise<unknown> {
  const activities = { policyExists: (_: unknown, attempt: Attempt) => work(attempt) };
  const made = supervised(activities as unknown as AttemptedActivities, { began });
  const ref = { namespace: 'n', name: 'n' };
  return environment
    .run((request) => made.policyExists(request), ref)
    .catch((error: unknown) => error);
}

const whenAborted = (signal: AbortSignal) =>
  new Promise<void>((resolve) => {
    signal.addEventListener('abort', () => {
      resolve();
    });
  });

const never = () => new Promise<never>(() => undefined);

test('an attempt without progress stops sending heartbeats, and ends as DatabaseTimeout', async () => {
  let aborted = false;
  const ended = run(({ signal }) => {
    signal.addEventListener('abort', () => (aborted = true));
    return never();
  });
  await jest.advanceTimersByTimeAsync(150_000);
  expect([beats, aborted]).toEqual([30, false]);
  await jest.advanceTimersByTimeAsync(5_000);
  expect([beats, aborted]).toEqual([30, true]);
  await jest.advanceTimersByTimeAsync(5_000);
  const refusal = await ended;
  expect(refusal).toBeInstanceOf(Refusal);
  expect(refusal).toMatchObject({ code: 'DatabaseTimeout' });
});

test('an attempt with progress continues to send heartbeats', async () => {
  let progressed = (): void => undefined;
  let end = (): void => undefined;
  const ended = run((attempt) => {
    ({ progressed } = attempt);
    return new Promise<void>((resolve) => (end = resolve));
  });
  for (let round = 0; round < 10; round += 1) {
    await jest.advanceTimersByTimeAsync(100_000);
    progressed();
  }
  expect(beats).toBe(200);
  end();
  expect(await ended).toBeUndefined();
  expect(running).toBe(0);
});

test('a cancelled attempt ends by itself, or five seconds later in any case', async () => {
  const polite = run(({ signal }) =>
    whenAborted(signal).then(() => Promise.reject(new Error('rolled back'))),
  );
  environment.cancel('CANCELLED');
  expect(await polite).toBeInstanceOf(CancelledFailure);
  environment = new MockActivityEnvironment();
  const stubborn = run(never);
  environment.cancel('CANCELLED');
  await jest.advanceTimersByTimeAsync(5_000);
  expect(await stubborn).toBeInstanceOf(CancelledFailure);
  expect(running).toBe(1);
});

test('a refusal caused by the cancellation is not the result', async () => {
  const ended = run(({ signal }) => whenAborted(signal).then(() => ({ kind: 'refused' })));
  environment.cancel('CANCELLED');
  expect(await ended).toBeInstanceOf(CancelledFailure);
});

test('after the end, no heartbeat is sent and the attempt is not counted', async () => {
  expect(await run(() => Promise.resolve(true))).toBe(true);
  await jest.advanceTimersByTimeAsync(60_000);
  expect([beats, running]).toEqual([0, 0]);
});
