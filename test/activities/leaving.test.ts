import { expect, test } from '@jest/globals';
import { leavesAsItIs } from '../../activities/leaving.ts';

const deleted = new Date('2026-01-01T00:00:00Z');

const record = {
  status: {
    conditions: [],
    managed_database_identity: 'some-server/shop',
    last_error: 'the database does not answer',
  },
  deletedAt: deleted.toISOString(),
};

const after = (seconds: number) => new Date(deleted.getTime() + seconds * 1_000);

test('the workflow of a deleted policy waits for ten minutes at most, and reports what it waited for', () => {
  expect(leavesAsItIs(record, undefined, after(599))).toBeUndefined();
  expect(leavesAsItIs(record, undefined, after(600))).toEqual({
    kind: 'skipped',
    why: 'pgwarden could not revoke it within 10 minutes: the database does not answer',
  });
});

test('the workflow of a policy that never claimed anything does not wait', () => {
  const status = { conditions: [] };
  expect(leavesAsItIs({ ...record, status }, undefined, after(0))).toEqual({
    kind: 'nothingGranted',
  });
});
