import type { ActivityMetrics } from '../activities/metrics.ts';
import type { ResourceRef } from '../core/document/document.ts';
import type { Instruments } from '../telemetry/instruments.ts';
import { metrics } from '../telemetry/metrics.ts';

export type PolicySeries = Pick<ActivityMetrics, 'lookedAt' | 'succeeded' | 'forgot'>;

export interface PolicySeriesOptions {
  /** The largest number of policies with their own series. */
  readonly limit: number;
  readonly now: () => Date;
}

interface Followed {
  readonly labels: { readonly policy_namespace: string; readonly policy: string };
  readonly intervalSeconds: number;
  readonly lookedAtMs: number;
  readonly succeededMs?: number;
}

/**
 * The policies that this worker checks, in order of arrival; the first `limit` have their own series. A policy may move
 * to another worker and be deleted there, which this worker does not notice. So it drops a policy that it has not
 * checked for four intervals and an hour.
 */
export function policySeries(
  { observed }: Instruments,
  { limit, now }: PolicySeriesOptions,
): PolicySeries {
  const policies = new Map<string, Followed>();
  const withSeries = () => {
    forgetOld(policies, now().getTime());
    return [...policies.values()].slice(0, limit);
  };
  observed(metrics.lastSuccess, () =>
    withSeries().flatMap(({ labels, succeededMs }) =>
      succeededMs === undefined ? [] : [{ labels, value: succeededMs / 1_000 }],
    ),
  );
  observed(metrics.interval, () =>
    withSeries().map(({ labels, intervalSeconds }) => ({ labels, value: intervalSeconds })),
  );
  observed(metrics.policiesWithoutSeries, () => [
    { labels: {}, value: Math.max(0, policies.size - limit) },
  ]);
  return {
    lookedAt(ref, intervalSeconds) {
      const labels = { policy_namespace: ref.namespace, policy: ref.name };
      const before = policies.get(keyOf(ref)) ?? { labels };
      policies.set(keyOf(ref), { ...before, intervalSeconds, lookedAtMs: now().getTime() });
    },
    succeeded(ref) {
      const policy = policies.get(keyOf(ref));
      if (policy === undefined) return;
      policies.set(keyOf(ref), { ...policy, succeededMs: now().getTime() });
    },
    forgot(ref) {
      policies.delete(keyOf(ref));
    },
  };
}

function keyOf({ namespace, name }: ResourceRef): string {
  return `${namespace}/${name}`;
}

const graceMs = 3_600_000;

function forgetOld(policies: Map<string, Followed>, nowMs: number): void {
  for (const [key, { lookedAtMs, intervalSeconds }] of policies) {
    if (nowMs - lookedAtMs > intervalSeconds * 4_000 + graceMs) policies.delete(key);
  }
}
