/**
 * Joins calls of `work`: every caller gets the result of a run that began after its call, and all callers during a run
 * share the next one.
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
  // the callers of the former run get its error
}
