import type { Refusal } from '../../core/refusal.ts';

/** Reports an error that repeats with every attempt only when it is new. */
export interface News {
  readonly report: (trouble: Refusal) => void;
  /** The next error is new. */
  readonly over: () => void;
}

const repeatMs = 300_000;

/** Passes on a message that differs from the former one, and repeats the same one every five minutes. */
export function newsOnly(report: (trouble: Refusal) => void, now = () => performance.now()): News {
  let last: { readonly message: string; readonly at: number } | undefined;
  return {
    report(trouble) {
      const { message } = trouble;
      const at = now();
      if (last?.message === message && at - last.at < repeatMs) return;
      last = { message, at };
      report(trouble);
    },
    over() {
      last = undefined;
    },
  };
}
