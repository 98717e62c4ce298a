/** Kubernetes sends SIGKILL after 60 s, which says nothing in the log. */
const longestEndMs = 58_000;

/** Aborts when the process is asked to stop, by SIGTERM or SIGINT. The process then ends in bounded time. */
export function stopSignal(): AbortSignal {
  const stop = new AbortController();
  for (const name of ['SIGTERM', 'SIGINT'] as const) {
    process.once(name, () => {
      stop.abort();
      setTimeout(endAnyhow, longestEndMs).unref();
    });
  }
  return stop.signal;
}

function endAnyhow(): never {
  const seconds = longestEndMs / 1_000;
  process.stderr.write(`error: Internal: the process did not end within ${seconds} seconds\n`);
  process.exit(1);
}
