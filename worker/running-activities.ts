import { timedActivities } from '../activities/metrics.ts';

/** The attempts of activities that run in this process now. */
export interface RunningActivities {
  /** An attempt begins. Call what is returned when nothing of it runs any more. */
  readonly began: (activity: string) => () => void;
  /** By kind of activity. Those that talk to servers are always there, so that alerts have something to compare. */
  readonly byKind: () => readonly RunningKind[];
}

interface RunningKind {
  readonly activity: string;
  readonly count: number;
  /** Seconds since the oldest of them began, 0 without any. */
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
        const [oldest] = attempts; // a set keeps the order in which they began
        const oldestSeconds = oldest === undefined ? 0 : (now() - oldest.since) / 1_000;
        return { activity, count: attempts.size, oldestSeconds };
      }),
  };
}

/** Twice the longest deadline that a workflow gives an activity: see `writing` in workflows/activities.ts. */
export const overrunSeconds = 1_800;

/** What only a restart of the process would end, in a line. Undefined when there is nothing like it. */
export function overrun({ byKind }: RunningActivities): string | undefined {
  const stuck = byKind().find(({ oldestSeconds }) => oldestSeconds > overrunSeconds);
  if (stuck === undefined) return undefined;
  const minutes = Math.floor(stuck.oldestSeconds / 60);
  return `activity ${stuck.activity} has not ended for ${minutes} minutes`;
}
