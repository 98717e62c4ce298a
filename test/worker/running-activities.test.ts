import { expect, test } from '@jest/globals';
import { overrun, overrunSeconds, runningActivities } from '../../worker/running-activities.ts';

test('running attempts are counted by kind, with the age of the oldest', () => {
  let nowMs = 0;
  const running = runningActivities(() => nowMs);
  const ended = running.began('check');
  nowMs = 4_000;
  running.began('check');
  running.began('apply');
  nowMs = 5_000;
  expect(running.byKind()).toEqual([
    { activity: 'check', count: 2, oldestSeconds: 5 },
    { activity: 'diff', count: 0, oldestSeconds: 0 },
    { activity: 'apply', count: 1, oldestSeconds: 1 },
    { activity: 'step', count: 0, oldestSeconds: 0 },
  ]);
  ended();
  expect(running.byKind()[0]).toEqual({ activity: 'check', count: 1, oldestSeconds: 1 });
});

test('only an attempt that overran every deadline by far asks for a restart', () => {
  let nowMs = 0;
  const running = runningActivities(() => nowMs);
  const ended = running.began('apply');
  nowMs = overrunSeconds * 1_000;
  expect(overrun(running)).toBeUndefined();
  nowMs += 60_000;
  expect(overrun(running)).toBe('activity apply has not ended for 31 minutes');
  ended();
  expect(overrun(running)).toBeUndefined();
});
