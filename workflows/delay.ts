import type { Intervals } from '../activities/check-contract.ts';
import type { PolicyState } from './policy-state.ts';

/** Milliseconds until the next check, depending on the last result. Jitter keeps policies from waking together. */
export function nextDelay(state: PolicyState): number {
  const { error, failures } = state;
  switch (error?.failureClass) {
    case 'contention':
      return contentionDelay(failures);
    case 'transient':
      return backoff(failures);
    case 'refused':
    case undefined:
      return intervalOf(state) * 1_000 * jitter();
  }
}

/**
 * A policy that shares its checks still checks itself this seldom. It would otherwise never notice that someone
 * terminated the workflow of the shared check.
 */
const intervalsBetweenOwnChecks = 12;

/** Milliseconds until a policy that shares its checks checks itself. */
export function ownCheckDelay(intervals: Intervals): number {
  return intervalsBetweenOwnChecks * longestIntervalOf(intervals) * 1_000 * jitter();
}

function jitter(): number {
  return 0.9 + Math.random() * 0.1;
}

const leastBetweenReportsMs = 300_000;
const checksBetweenReports = 3;

/** How often the status of a policy in which nothing changes says when it was checked. Milliseconds. */
export function betweenReports(intervals: Intervals): number {
  const checksMs = checksBetweenReports * longestIntervalOf(intervals) * 1_000;
  return Math.max(leastBetweenReportsMs, checksMs);
}

/** The same after a check that found nothing. Without a longest interval, the number of such checks does not matter. */
export function quieter(intervals: Intervals): Intervals {
  const { maxIntervalSeconds, quietChecks = 0 } = intervals;
  return maxIntervalSeconds === undefined
    ? intervals
    : { ...intervals, quietChecks: quietChecks + 1 };
}

/** Seconds between two checks. They double with each check that finds nothing, up to the longest interval. */
export function intervalOf({
  intervalSeconds,
  maxIntervalSeconds = intervalSeconds,
  quietChecks = 0,
}: Intervals): number {
  const doublings = Math.min(quietChecks, 30);
  return Math.min(Math.max(intervalSeconds, maxIntervalSeconds), intervalSeconds * 2 ** doublings);
}

/** The longest time between two checks, in seconds. */
function longestIntervalOf({ intervalSeconds, maxIntervalSeconds }: Intervals): number {
  return Math.max(intervalSeconds, maxIntervalSeconds ?? 0);
}

const quickAttempts = 5;
const longestContention = 60_000;

/** 1 to 5 s, doubling after several failures, so that many policies that wait for one server do not overload it. */
function contentionDelay(failures: number): number {
  const doublings = Math.min(Math.max(0, failures - quickAttempts), 10);
  return Math.min(longestContention, (1_000 + Math.random() * 4_000) * 2 ** doublings);
}

const first = 5_000;
const longest = 300_000;

/** 5 s doubling to 5 min; the upper half is random. */
function backoff(failures: number): number {
  const full = Math.min(longest, first * 2 ** Math.min(failures - 1, 10));
  return full * (0.5 + Math.random() * 0.5);
}

/**
 * How long to wait for an answer before sending the request again, in case the other workflow was lost. Requests are
 * idempotent.
 */
export function answerTimeout(attempt: number): number {
  return Math.min(600_000, 60_000 * 2 ** attempt);
}

/** `5m`, `1h30m`, `45s`: short enough for a timer's summary. */
export function durationText(milliseconds: number): string {
  const seconds = Math.max(1, Math.round(milliseconds / 1_000));
  if (seconds < 100) return `${seconds}s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes}m`;
  const rest = minutes % 60;
  return rest === 0 ? `${minutes / 60}h` : `${Math.floor(minutes / 60)}h${rest}m`;
}
