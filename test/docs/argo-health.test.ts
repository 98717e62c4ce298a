import { expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { z } from 'zod';
import type { Observation } from '../../activities/contract.ts';
import { nextStatus } from '../../activities/status/next-status.ts';
import { reconciling } from '../../activities/status/reconciling.ts';
import { summarizeChanges } from '../../core/plan/plan.ts';
import { encodeStatus } from '../../sources/kubernetes/status.ts';
import type { PolicyStatus } from '../../sources/source.ts';
import { luaHealth } from './lua.ts';
import { blocks } from './recipes.ts';

const now = new Date('2026-01-01T00:00:00Z');
const none: PolicyStatus = { conditions: [] };
const summary = { ...summarizeChanges([]), grants_added: 3, total: 3 };
const refusal = {
  code: 'ConflictingPolicy',
  message: 'shop/other speaks for it',
  hint: '',
} as const;

const observed = (observation: Observation) =>
  nextStatus(none, { observation, version: 'uid.1', now });
const inSync = observed({ kind: 'inSync' });

test.each([
  ['applied', observed({ kind: 'applied', summary, line: '+3 grants' }), 'Healthy', 'Applied 3'],
  ['in sync', inSync, 'Healthy', 'In sync'],
  ['planned', observed({ kind: 'planned', summary, line: '+3 grants' }), 'Healthy', 'pending'],
  ['refused', observed({ kind: 'refused', refusal, failures: 1 }), 'Degraded', 'ConflictingPolicy'],
  ['with a new spec', reconciling(inSync, now), 'Progressing', 'not looked at yet'],
])('Argo CD calls a policy that is %s by its name', (_what, status, health, message) => {
  const answer = healthOf({ status: encodeStatus(status, 1) });
  expect(answer.status).toBe(health);
  expect(answer.message).toContain(message);
});

test('Argo CD waits for a policy that nobody looked at, or not at its newest spec', () => {
  expect(healthOf({}).status).toBe('Progressing');
  expect(healthOf({ status: encodeStatus(inSync, 1), generation: 2 }).status).toBe('Progressing');
});

test('Argo CD sees that a policy is suspended, and that one is being deleted', () => {
  const status = encodeStatus(observed({ kind: 'suspended' }), 1);
  expect(healthOf({ status, spec: { suspend: true } }).status).toBe('Suspended');
  const deletionTimestamp = now.toISOString();
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
  const [text = ''] = blocks('recipes/argo-cd.md', 'yaml');
  const key = 'resource.customizations.health.pgroles.io_PostgresPolicy';
  return z.object({ data: z.object({ [key]: z.string() }) }).parse(parse(text)).data[key];
}
