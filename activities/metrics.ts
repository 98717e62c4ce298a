import type { ResourceRef } from '../core/document/document.ts';
import type { ErrorCode } from '../core/error-codes.ts';
import type { ChangeSummary } from '../core/plan/plan.ts';

/** Where activities tell in numbers what they did. What each becomes is in docs/metrics.md. */
export interface ActivityMetrics {
  /** An attempt of an activity has begun. Call what is returned when nothing of it runs any more. */
  began(activity: string): () => void;
  /** One of the activities that are timed has ended. */
  timed(activity: TimedActivity, result: string, seconds: number): void;
  reconciled(result: ReconcileResult): void;
  failed(code: ErrorCode): void;
  planned(result: 'drift' | 'clean'): void;
  changed(summary: ChangeSummary): void;
  /** The policy is looked after here. */
  lookedAt(policy: ResourceRef, intervalSeconds: number): void;
  /** The database is as the policy wants it, or as much of it is told as the policy asks for. */
  succeeded(policy: ResourceRef): void;
  /** There is nothing to look after any more. */
  forgot(policy: ResourceRef): void;
}

const ignore = () => undefined;

/** For a process that measures nothing. */
export const noMetrics: ActivityMetrics = {
  began: () => ignore,
  timed: ignore,
  reconciled: ignore,
  failed: ignore,
  planned: ignore,
  changed: ignore,
  lookedAt: ignore,
  succeeded: ignore,
  forgot: ignore,
};

export const timedActivities = ['check', 'diff', 'apply', 'step'] as const;
export type TimedActivity = (typeof timedActivities)[number];

export const reconcileResults = [
  'unchanged',
  'in_sync',
  'applied',
  'planned',
  'suspended',
  'stale',
  'gone',
  'conflict',
  'refused',
  'transient',
  'contention',
] as const;
export type ReconcileResult = (typeof reconcileResults)[number];
