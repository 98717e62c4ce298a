import type { Observation } from '../../activities/contract.ts';
import { nextStatus } from '../../activities/status/next-status.ts';
import { reconciling } from '../../activities/status/reconciling.ts';
import { summarizeChanges } from '../../core/plan/summary.ts';

/** Statuses of a policy as the product writes them, as input for the health checks of other tools. */
const now = new Date('2026-01-01T00:00:00Z');
const summary = { ...summarizeChanges([]), grants_added: 3, total: 3 };
const refusal = {
  code: 'ConflictingPolicy',
  message: 'shop/other speaks for it',
  hint: '',
} as const;

const observed = (observation: Observation) =>
  nextStatus({ conditions: [] }, { observation, version: 'uid.1', now });

export const inSync = observed({ kind: 'inSync' });
export const applied = observed({ kind: 'applied', summary, line: '+3 grants' });
export const planned = observed({ kind: 'planned', summary, line: '+3 grants' });
export const refused = observed({ kind: 'refused', refusal, failures: 1 });
export const suspended = observed({ kind: 'suspended' });
export const queued = observed({
  kind: 'queued',
  line: '+3 grants',
  since: '2026-01-01T00:00:00.000Z',
});
export const withNewSpec = reconciling(inSync, now);
