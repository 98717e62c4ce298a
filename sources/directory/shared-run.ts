/**
 * Joins calls of `work`: every caller gets a result of work that began after its call, and all who call while
 * it runs share the next run.
 */
export function sharedRun<T>(work: () => Promise<T>): () => Promise<T> {
  let current: Promise<T> | undefined;
  let next: Promise<T> | undefined;
  const begin = () => {
    current = work().finally(() => {
      current = undefined;
    });
    return current;
  };
  return () => {
    if (current === undefined) return begin();
    next ??= current.then(ignore, ignore).then(() => {
      next = undefined;
      return current ?? begin();
    });
    return next;
  };
}

function ignore(): void {
  // how the run before ended is told to those who asked for it
}
