import { beforeEach, expect, test } from '@jest/globals';
import { pino } from 'pino';
import { metrics } from '../../telemetry/metrics.ts';
import { openTelemetry, type Telemetry } from '../../telemetry/telemetry.ts';
import { policySeries, type PolicySeries } from '../../worker/policy-series.ts';
import { samplesIn } from '../setup/prometheus-text.ts';

let telemetry: Telemetry;
let now: Date;

beforeEach(() => {
  now = new Date('2026-01-01T00:00:00Z');
});

async function following(limit: number): Promise<PolicySeries> {
  const log = pino({ enabled: false });
  telemetry = await openTelemetry({ service: 'test', env: {}, log });
  return policySeries(telemetry.instruments, { limit, now: () => now });
}

const policy = (name: string) => ({ namespace: 'shop', name });

function later(seconds: number): void {
  now = new Date(now.getTime() + seconds * 1_000);
}

async function scrape() {
  const { value } = samplesIn(await telemetry.scrape());
  return {
    lastSuccess: (name: string) =>
      value(metrics.lastSuccess.name, { policy_namespace: 'shop', policy: name }),
    interval: (name: string) => value(metrics.interval.name, { policy: name }),
    without: value(metrics.policiesWithoutSeries.name),
  };
}

test('a policy has its interval at once, and its last success once there is one', async () => {
  const series = await following(10);
  series.lookedAt(policy('main'), 300);
  const before = await scrape();
  expect([before.interval('main'), before.lastSuccess('main')]).toEqual([300, undefined]);
  series.succeeded(policy('main'));
  later(60);
  series.lookedAt(policy('main'), 600);
  const after = await scrape();
  expect([after.interval('main'), after.lastSuccess('main')]).toEqual([600, 1_767_225_600]);
});

test('up to a limit, policies have series, and a later policy gets one when an earlier one is removed', async () => {
  const series = await following(2);
  for (const name of ['a', 'b', 'c']) series.lookedAt(policy(name), 300);
  const full = await scrape();
  expect(['a', 'b', 'c'].map(full.interval)).toEqual([300, 300, undefined]);
  expect(full.without).toBe(1);
  series.forgot(policy('a'));
  const after = await scrape();
  expect(['a', 'b', 'c'].map(after.interval)).toEqual([undefined, 300, 300]);
  expect(after.without).toBe(0);
});

test('a limit of 0 means no series', async () => {
  const series = await following(0);
  series.lookedAt(policy('a'), 300);
  series.succeeded(policy('a'));
  const { interval, lastSuccess, without } = await scrape();
  expect([interval('a'), lastSuccess('a'), without]).toEqual([undefined, undefined, 1]);
});

test("a limit above OpenTelemetry's usual one holds, after any additions and removals", async () => {
  const series = await following(5_000);
  for (let n = 0; n < 5_000; n += 1) series.lookedAt(policy(`old${n}`), 300);
  await telemetry.scrape();
  for (let n = 0; n < 5_000; n += 1) series.forgot(policy(`old${n}`));
  for (let n = 0; n < 5_000; n += 1) series.lookedAt(policy(`p${n}`), 300);
  const text = await telemetry.scrape();
  expect(text.match(/^pgwarden_policy_interval_seconds\{/gm)).toHaveLength(5_000);
  expect(text).not.toContain('overflow');
});

test('a policy that moved to another worker is forgotten after four intervals and an hour', async () => {
  const series = await following(10);
  series.lookedAt(policy('gone'), 600);
  series.succeeded(policy('gone'));
  later(4 * 600 + 3_600);
  series.lookedAt(policy('here'), 600);
  expect((await scrape()).interval('gone')).toBe(600);
  later(1);
  const { interval, lastSuccess } = await scrape();
  expect([interval('gone'), lastSuccess('gone')]).toEqual([undefined, undefined]);
  expect(interval('here')).toBe(600);
});

test('a success without a check, as after a deletion, has no series', async () => {
  const series = await following(10);
  series.succeeded(policy('never'));
  series.forgot(policy('never'));
  expect((await scrape()).lastSuccess('never')).toBeUndefined();
});
