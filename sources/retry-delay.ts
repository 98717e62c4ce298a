const firstMs = 500;

/** Milliseconds after so many failures before this one. Jittered, so that those who lost one server do not come back all at once. */
export function retryDelay(failures: number, longestMs: number): number {
  const delay = Math.min(firstMs * 2 ** failures, longestMs);
  return Math.round(delay * (0.75 + Math.random() / 2));
}
