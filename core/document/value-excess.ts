import type { Excess } from '../limits.ts';
import { limits } from '../limits.ts';

/** Counts the values of a document, including those of aliases, up to the limit. */
export function valueExcess(value: unknown): Excess | undefined {
  let left = limits.values.most;
  const open: { readonly value: unknown; readonly depth: number }[] = [{ value, depth: 0 }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (typeof next.value !== 'object' || next.value === null) continue;
    if (next.depth >= limits.depth.most) return { limit: 'depth' };
    const inner = Object.values(next.value);
    left -= inner.length;
    if (left < 0) return { limit: 'values' };
    for (const one of inner) open.push({ value: one, depth: next.depth + 1 });
  }
  return undefined;
}
