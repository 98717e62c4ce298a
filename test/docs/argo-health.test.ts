import { expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { z } from 'zod';
import { encodeStatus } from '../../sources/kubernetes/status.ts';
import {
  applied,
  inSync,
  planned,
  queued,
  refused,
  suspended,
  withNewSpec,
} from './judged-statuses.ts';
import { luaHealth } from './lua.ts';
import { blocks } from './pages.ts';

test.each([
  ['applied', applied, 'Healthy', 'Applied 3'],
  ['in sync', inSync, 'Healthy', 'In sync'],
  ['planned', planned, 'Healthy', 'pending'],
  ['refused', refused, 'Degraded', 'ConflictingPolicy'],
  ['queued for too long', queued, 'Progressing', 'waiting for its turn'],
  ['with a new spec', withNewSpec, 'Progressing', 'Reconciling the new spec'],
])('Argo CD reports the right health for a policy that is %s', (_what, status, health, message) => {
  const answer = healthOf({ status: encodeStatus(status, 1) });
  expect(answer.status).toBe(health);
  expect(answer.message).toContain(message);
});

test('Argo CD waits for a policy that was not checked yet, or not with its newest spec', () => {
  expect(healthOf({}).status).toBe('Progressing');
  expect(healthOf({ status: encodeStatus(inSync, 1), generation: 2 }).status).toBe('Progressing');
});

test('Argo CD recognizes a suspended policy, and one that is being deleted', () => {
  const status = encodeStatus(suspended, 1);
  expect(healthOf({ status, spec: { suspend: true } }).status).toBe('Suspended');
  const deletionTimestamp = '2026-01-01T00:00:00Z';
  expect(healthOf({ status, metadata: { deletionTimestamp } }).status).toBe('Progressing');
});

interface Seen {
  readonly status?: object;
  readonly generation?: number;
  readonly spec?: object;
  readonly metadata?: object;
}

function healthOf({ status, generation = 1, spec = {}, metadata = {} }: Seen) {
  return luaHealth(script(), { metadata: { generation, ...metadata }, spec, status });
}

function script(): string {
  const [text = ''] = blocks('how-to/argo-cd.md', 'yaml');
  const key = 'resource.customizations.health.pgroles.io_PostgresPolicy';
  return z.object({ data: z.object({ [key]: z.string() }) }).parse(parse(text)).data[key];
}
