import { setImmediate } from 'node:timers/promises';
import type { InParts } from './parts.ts';

/** The longest time that one plan may keep the process from other work. */
const turnMs = 20;

/** Does work in parts, and lets other work of the process run after every 20 ms. */
export async function inTurns<T>(work: InParts<T>): Promise<T> {
  let started = performance.now();
  for (;;) {
    const part = work.next();
    if (part.done === true) return part.value;
    if (performance.now() - started < turnMs) continue;
    await setImmediate();
    started = performance.now();
  }
}
