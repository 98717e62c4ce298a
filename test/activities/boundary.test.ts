import { expect, jest, test } from '@jest/globals';
import { ApplicationFailure } from '@temporalio/common';
import { pino } from 'pino';
import { atBoundary } from '../../activities/boundary.ts';
import type { Activities } from '../../activities/contract.ts';
import { Refusal } from '../../core/refusal.ts';

const lines: string[] = [];
const log = pino({}, { write: (line: string) => void lines.push(line) });

async function failureOf(error: unknown, hidesMessages = false): Promise<ApplicationFailure> {
  const policyExists = jest.fn<Activities['policyExists']>().mockRejectedValue(error);
  const activities = atBoundary({ policyExists } as unknown as Activities, {
    log,
    hidesMessages,
  });
  const left: unknown = await activities
    .policyExists({ namespace: 'n', name: 'n' })
    .catch((failure: unknown) => failure);
  if (!(left instanceof ApplicationFailure)) throw new Error('something else left the activity');
  return left;
}

test('the workflow gets the code, message and hint of a refusal, without a cause', async () => {
  const failure = await failureOf(
    new Refusal('SecretMissing', 'no Secret a/b', 'Make it.', ['more']),
  );
  expect(failure).toMatchObject({
    type: 'SecretMissing',
    message: 'no Secret a/b',
    nonRetryable: true,
  });
  expect(failure.cause).toBeUndefined();
  expect(failure.details).toEqual([
    {
      kind: 'refused',
      refusal: { code: 'SecretMissing', message: 'no Secret a/b', hint: 'Make it.' },
      failureClass: 'refused',
    },
  ]);
});

test('when Temporal stores encrypted data, the readable message of a failure is its code', async () => {
  const failure = await failureOf(new Refusal('SecretMissing', 'no Secret a/b', 'Make it.'), true);
  expect([failure.message, failure.stack]).toEqual([
    'SecretMissing: see the details',
    expect.not.stringContaining('a/b'),
  ]);
  expect(JSON.stringify(failure.details)).toContain('no Secret a/b');
});

test('contention is retried within 1 to 5 seconds, and raises no alarm', async () => {
  const failure = await failureOf(new Refusal('LockContention', 'busy', ''));
  expect(failure).toMatchObject({ nonRetryable: false, category: 'BENIGN' });
  expect(failure.nextRetryDelay).toBeGreaterThanOrEqual(1_000);
  expect(failure.nextRetryDelay).toBeLessThanOrEqual(5_000);
});

test('the workflow gets only the name of an unexpected error, and its place is logged', async () => {
  const failure = await failureOf(new TypeError('hunter2 is not\na function'));
  expect(failure.message).toBe('unexpected TypeError in activity policyExists');
  expect(JSON.stringify([failure, failure.stack, lines])).not.toContain('hunter2');
  expect(lines.join('')).toContain('boundary.test.ts');
});

test('a thrown value that is not an error is reported as unexpected too', async () => {
  expect((await failureOf('hunter2')).message).toBe('unexpected string in activity policyExists');
});
