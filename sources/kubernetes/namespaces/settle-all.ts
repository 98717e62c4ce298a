import { inState, note, type NamespaceMemory } from './memory.ts';
import type { WantedMode } from './mode.ts';
import type { NamespaceMode } from './report.ts';
import { settleNamespace, type SettleOptions } from './settle.ts';
import { targetsOf, type KnownNamespace, type Target, type Wishes } from './targets.ts';

export interface SettlingOptions extends SettleOptions, Wishes {
  readonly wanted: WantedMode;
  /** Time between two looks at all rights, in milliseconds. Default 15 s, and longer with more than 50 namespaces. */
  readonly everyMs?: number;
}

const leastEveryMs = 15_000;
/** Of a look at one namespace's rights: a thousand of them are no burden to the API server. */
const eachMs = 300;
const soonMs = 5_000;
const drainMs = 2_000;
/** A look is due a little before its time, or it would wait for the one after. */
const early = 0.9;

interface Situation {
  readonly mode: NamespaceMode;
  readonly known: readonly KnownNamespace[];
  readonly isThere: (name: string) => boolean;
}

const atOnce = 8;

/** Brings every namespace that is ours into order, and notes which are not ours any more. */
export async function settleAll(
  options: SettlingOptions,
  memory: NamespaceMemory,
  { mode, known, isThere }: Situation,
): Promise<void> {
  if (mode === 'all') {
    memory.states.clear();
    return;
  }
  const targets = targetsOf(mode, known, { ...options, list: listNow(options, memory) });
  const names = new Set(targets.map(({ name }) => name));
  for (const { name } of inState(memory, 'Pending', 'RBACMissing', 'Running')) {
    if (names.has(name)) continue;
    const reason = isThere(name) ? 'it is not ours any more' : 'it is deleted';
    note(memory, name, { state: 'Draining', reason });
  }
  const waiting = targets.filter((target) => isDue(options, memory, target));
  const work = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      note(memory, next.name, await settleNamespace(options, mode, next));
      memory.settled.set(next.name, { kind: next.kind, at: Date.now() });
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
}

/** One that comes is no reason to look at all the others anew. */
function isDue(options: SettlingOptions, memory: NamespaceMemory, { name, kind }: Target): boolean {
  const before = memory.settled.get(name);
  const state = memory.states.get(name)?.state;
  if (before?.kind !== kind || state === undefined) return true;
  const fullMs = everyMsOf(options, memory);
  if (state === 'Running') return Date.now() - before.at >= fullMs * early;
  return state !== 'RBACMissing' || Date.now() - before.at >= Math.min(soonMs, fullMs) * early;
}

function everyMsOf({ everyMs }: SettlingOptions, { states }: NamespaceMemory): number {
  return everyMs ?? Math.max(leastEveryMs, states.size * eachMs);
}

/** What was found before rights on namespaces were taken from us is kept: their loss must not stop what works. */
function listNow({ wanted, list }: SettlingOptions, memory: NamespaceMemory): readonly string[] {
  if (wanted === 'disabled' || memory.mode?.mode !== 'disabled') return list;
  const working = inState(memory, 'Running', 'RBACMissing').map(({ name }) => name);
  return [...new Set([...list, ...working])];
}

/** Milliseconds to the next look. */
export function nextMs(options: SettlingOptions, memory: NamespaceMemory): number {
  if (inState(memory, 'Draining').length > 0) return drainMs;
  const fullMs = everyMsOf(options, memory);
  return inState(memory, 'RBACMissing').length > 0 ? Math.min(soonMs, fullMs) : fullMs;
}
