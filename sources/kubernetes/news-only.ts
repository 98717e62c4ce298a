import type { Refusal } from '../../core/refusal.ts';

/** Trouble that comes again with every attempt, told when it is news. */
export interface News {
  readonly tell: (trouble: Refusal) => void;
  /** What comes next is news. */
  readonly over: () => void;
}

const repeatMs = 300_000;

/** Passes on a message that differs from the one before, and the same again every five minutes. */
export function newsOnly(tell: (trouble: Refusal) => void, now = () => performance.now()): News {
  let last: { readonly message: string; readonly at: number } | undefined;
  return {
    tell(trouble) {
      const { message } = trouble;
      const at = now();
      if (last?.message === message && at - last.at < repeatMs) return;
      last = { message, at };
      tell(trouble);
    },
    over() {
      last = undefined;
    },
  };
}
