import type { ResourceRef } from '../core/document/document.ts';
import type { ErrorCode } from '../core/error-codes.ts';
import type { ChangeSummary } from '../core/plan/summary.ts';

/** The metrics of activities. docs/metrics.md describes what each call becomes. */
export interface ActivityMetrics {
  /** An attempt of an activity has begun. Call the returned function when none of its work runs any more. */
  began(activity: string): () => void;
  /** A timed activity has ended. */
  timed(activity: TimedActivity, result: string, seconds: number): void;
  reconciled(result: ReconcileResult): void;
  failed(code: ErrorCode): void;
  planned(result: 'drift' | 'clean'): void;
  changed(summary: ChangeSummary): void;
  /** This worker checked the policy. */
  lookedAt(policy: ResourceRef, intervalSeconds: number): void;
  /** The database matches the policy, or in mode plan the plan has been published. */
  succeeded(policy: ResourceRef): void;
  /** The policy was deleted or suspended, so its series end. */
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
