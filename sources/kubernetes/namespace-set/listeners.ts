/** Listeners to call after a change. */
export interface Listeners {
  readonly add: (listener: () => void, signal: AbortSignal) => void;
  readonly notify: () => void;
}

export function listeners(): Listeners {
  const all = new Set<() => void>();
  return {
    add(listener, signal) {
      if (signal.aborted) return;
      all.add(listener);
      signal.addEventListener('abort', () => all.delete(listener), { once: true });
    },
    notify() {
      for (const listener of [...all]) listener();
    },
  };
}
