import { expect, test } from '@jest/globals';
import { whenFree } from '../../cli/when-free.ts';
import { Refusal } from '../../core/refusal.ts';

const contended = new Refusal('LockContention', 'a table is locked', 'Wait.');

/** Attempts that each use their full lock timeout, with a clock that only attempts and pauses advance. */
async function waited(waitMs: number, error: Refusal): Promise<{ attempts: number; ms: number }> {
  let clock = 0;
  let attempts = 0;
  const work = whenFree(
    ({ lockTimeoutMs }) => {
      attempts += 1;
      clock += lockTimeoutMs;
      return Promise.reject(error);
    },
    {
      waitMs,
      signal: new AbortController().signal,
      onWait: () => undefined,
      now: () => clock,
      pause: (ms) => Promise.resolve((clock += ms)),
    },
  );
  await expect(work).rejects.toBe(error);
  return { attempts, ms: clock };
}

test.each([0, 1_000, 3_000, 60_000])(
  'an apply with --wait of %i ms ends at most 250 ms after that time',
  async (waitMs) => {
    const { ms } = await waited(waitMs, contended);
    expect(ms).toBeGreaterThanOrEqual(waitMs);
    expect(ms).toBeLessThanOrEqual(waitMs + 250);
  },
);

test('an error that is no contention is not retried', async () => {
  const refused = new Refusal('InsufficientPrivileges', 'no', 'Grant it.');
  expect((await waited(60_000, refused)).attempts).toBe(1);
});
