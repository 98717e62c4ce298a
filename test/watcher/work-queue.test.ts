import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { workQueue } from '../../watcher/work-queue.ts';
import { eventually } from '../workflows/wait.ts';

let stop: AbortController;
beforeEach(() => {
  stop = new AbortController();
});
afterEach(() => {
  stop.abort();
});

/** A queue that records its work. `fails` says whether an attempt, counted from 1, fails. */
function noting(fails: (attempt: number) => boolean = () => false) {
  const done: string[] = [];
  const failures: string[] = [];
  let attempts = 0;
  const queue = workQueue<string>({
    work: async (item) => {
      await Promise.resolve();
      attempts += 1;
      if (fails(attempts)) throw new Error(`no ${item}`);
      done.push(item);
    },
    onFailure: (error) => failures.push(String(error)),
    signal: stop.signal,
  });
  const until = async (count: number) => {
    await eventually(() => done.length >= count);
    return done;
  };
  return {
    add: queue.add,
    addForLater: queue.addForLater,
    stopped: queue.stopped,
    until,
    done,
    failures,
  };
}

test('a waiting item is done once, however often it is added', async () => {
  const { add, until } = noting();
  for (const key of ['a', 'b', 'a', 'b', 'c']) add(key, key);
  expect(await until(3)).toEqual(['a', 'b', 'c']);
});

test('a failed item is done later, and does not block others', async () => {
  const { add, until, failures } = noting((attempt) => attempt === 1);
  add('a', 'a');
  add('b', 'b');
  expect(await until(2)).toEqual(['b', 'a']);
  expect(failures).toEqual(['Error: no a']);
});

test('a delayed item waits for all others, but not after it is requested', async () => {
  const { add, addForLater, until } = noting();
  for (const key of ['a', 'b', 'c']) addForLater(key, key);
  for (const key of ['d', 'c']) add(key, key);
  addForLater('d', 'd');
  expect(await until(4)).toEqual(['d', 'c', 'a', 'b']);
});

test('an item that is added while it is being done is done once more', async () => {
  const done: string[] = [];
  const { promise, resolve } = deferred();
  const queue = workQueue<string>({
    work: (item) => {
      done.push(item);
      if (done.length === 1) queue.add('a', 'again');
      else resolve();
      return Promise.resolve();
    },
    onFailure: () => undefined,
    signal: stop.signal,
  });
  queue.add('a', 'first');
  await promise;
  expect(done).toEqual(['first', 'again']);
});

test('a stopped queue ends at once, even while it waits to retry', async () => {
  const { add, stopped, failures } = noting(() => true);
  add('a', 'a');
  await eventually(() => failures.length > 0);
  stop.abort();
  await stopped;
  const idle = noting();
  await idle.stopped;
});

function deferred() {
  let resolve: () => void = () => undefined;
  const promise = new Promise<void>((fulfil) => {
    resolve = fulfil;
  });
  return { promise, resolve };
}
