import { Session } from 'node:inspector';
import { z } from 'zod';

const coverage = z.object({
  result: z.array(
    z.object({
      url: z.string(),
      functions: z.array(z.object({ ranges: z.array(z.object({ count: z.number() })) })),
    }),
  ),
});

const session = new Session();
session.connect();
post('Profiler.enable');
post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });

let lookedAt = 0;
countLookups();

/**
 * Counts the steps that the code of `core/` takes: how often V8 enters one of its functions, loops and branches, and
 * how many items `includes` searches. Import it before `core/`, because V8 counts only in code that it compiles later.
 * V8 counts a little less in optimized code, so measure the small input before the large one.
 */
export function stepsOf(work: () => unknown): number {
  takeCounts();
  work();
  return takeCounts();
}

/** Since the previous call. */
function takeCounts(): number {
  const { result } = coverage.parse(post('Profiler.takePreciseCoverage'));
  const ours = result.filter(({ url }) => url.includes('/core/') && !url.includes('/test/'));
  const counts = ours.flatMap(({ functions }) =>
    functions.flatMap(({ ranges }) => ranges.map(({ count }) => count)),
  );
  const steps = counts.reduce((sum, count) => sum + count, lookedAt);
  lookedAt = 0;
  return steps;
}

/** The callback runs before `post` returns, because the session is on this thread. */
function post(method: string, parameters?: object): unknown {
  let answer: unknown;
  session.post(method, parameters, (error, result) => {
    if (error !== null) throw error;
    answer = result;
  });
  return answer;
}

/** Loops inside the engine are not counted. */
function countLookups(): void {
  const prototype: { includes: unknown } = Array.prototype;
  const { includes } = Array.prototype;
  prototype.includes = function (this: readonly unknown[], item: unknown, from?: number): boolean {
    lookedAt += this.length;
    return includes.call(this, item, from);
  };
}
