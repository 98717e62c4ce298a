/** Ends the process before Kubernetes sends SIGKILL after 60 s, because SIGKILL leaves nothing in the log. */
const longestEndMs = 58_000;

/** Aborts when the process gets SIGTERM or SIGINT. The process then ends within `longestEndMs`. */
export function stopSignal(): AbortSignal {
  const stop = new AbortController();
  for (const name of ['SIGTERM', 'SIGINT'] as const) {
    process.once(name, () => {
      stop.abort();
      setTimeout(forceExit, longestEndMs).unref();
    });
  }
  return stop.signal;
}

function forceExit(): never {
  const seconds = longestEndMs / 1_000;
  process.stderr.write(`error: Internal: the process did not end within ${seconds} seconds\n`);
  process.exit(1);
}
