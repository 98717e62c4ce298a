import { timedActivities } from '../activities/metrics.ts';

/** The activity attempts that are running in this process. */
export interface RunningActivities {
  /** An attempt has begun. Call the returned function when none of its work runs any more. */
  readonly began: (activity: string) => () => void;
  /** Running attempts per activity. Activities that use servers are always listed, so that alerts have a value. */
  readonly byKind: () => readonly RunningKind[];
}

interface RunningKind {
  readonly activity: string;
  readonly count: number;
  /** Seconds since the oldest attempt began, or 0. */
  readonly oldestSeconds: number;
}

export function runningActivities(now: () => number = () => performance.now()): RunningActivities {
  const kinds = new Map<string, Set<{ readonly since: number }>>(
    timedActivities.map((activity) => [activity, new Set()]),
  );
  return {
    began(activity) {
      const attempts = kinds.get(activity) ?? new Set();
      kinds.set(activity, attempts);
      const attempt = { since: now() };
      attempts.add(attempt);
      return () => {
        attempts.delete(attempt);
      };
    },
    byKind: () =>
      [...kinds].map(([activity, attempts]) => {
        const [oldest] = attempts; // a set keeps insertion order
        const oldestSeconds = oldest === undefined ? 0 : (now() - oldest.since) / 1_000;
        return { activity, count: attempts.size, oldestSeconds };
      }),
  };
}

/** Twice the longest deadline that a workflow gives an activity: see `writing` in workflows/activities.ts. */
export const overrunSeconds = 1_800;

/** One line about an activity that only a restart of the process can end. Undefined if there is none. */
export function overrun({ byKind }: RunningActivities): string | undefined {
  const stuck = byKind().find(({ oldestSeconds }) => oldestSeconds > overrunSeconds);
  if (stuck === undefined) return undefined;
  const minutes = Math.floor(stuck.oldestSeconds / 60);
  return `activity ${stuck.activity} has not ended for ${minutes} minutes`;
}
