import { inState, note, type NamespaceMemory } from './memory.ts';
import type { NamespaceMode, WantedMode } from '../sources/kubernetes/namespace-set/report.ts';
import { settleNamespace, type SettleOptions } from './settle.ts';
import { tellPolicies } from './tell-policies.ts';
import {
  targetsOf,
  type KnownNamespace,
  type Target,
  type WhereIs,
  type Whereabouts,
  type Wishes,
} from './targets.ts';

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
  readonly whereIs: WhereIs;
}

const atOnce = 8;

/** Brings every namespace that is ours into order, and notes which are not ours any more. */
export async function settleAll(
  options: SettlingOptions,
  memory: NamespaceMemory,
  { mode, known, whereIs }: Situation,
): Promise<void> {
  if (mode === 'all') {
    memory.states.clear();
    return;
  }
  const targets = targetsNow(options, memory, { mode, known });
  noteLeaving(memory, targets, whereIs);
  const waiting = targets.filter((target) => isDue(options, memory, target));
  const work = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const settled = await settleNamespace(options, mode, next);
      note(memory, next.name, settled);
      await tellLack(options, memory, next.name, settled.lack);
      memory.settled.set(next.name, { kind: next.kind, at: Date.now() });
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
}

/** Once for each lack. What is in the way is tried again at the next look. */
async function tellLack(
  { client }: SettlingOptions,
  { notified }: NamespaceMemory,
  name: string,
  lack: string | undefined,
): Promise<void> {
  if (lack === undefined) notified.delete(name);
  if (lack === undefined || notified.get(name) === lack) return;
  const neglect = { reason: 'NamespaceRightsMissing', message: lack } as const;
  if ((await tellPolicies(client, name, neglect)) === undefined) notified.set(name, lack);
}

/** Of one that is pending, nothing was begun. */
function noteLeaving(memory: NamespaceMemory, targets: readonly Target[], whereIs: WhereIs): void {
  const kinds = new Map(targets.map(({ name, kind }) => [name, kind]));
  for (const { name } of inState(memory, 'RBACMissing', 'Running')) {
    const kind = kinds.get(name);
    if (kind === undefined || kind === 'foreign')
      note(memory, name, { state: 'Draining', reason: reasons[whereIs(name)] });
  }
  for (const { name } of inState(memory, 'Pending'))
    if (!kinds.has(name)) memory.states.delete(name);
}

const reasons: Readonly<Record<Whereabouts, string>> = {
  here: 'it is not ours any more',
  foreign: 'it belongs to another installation now',
  terminating: 'it is deleted',
  away: 'it is deleted',
};

/** One that comes is no reason to look at all the others anew. */
function isDue(options: SettlingOptions, memory: NamespaceMemory, { name, kind }: Target): boolean {
  const before = memory.settled.get(name);
  const state = memory.states.get(name)?.state;
  // One that another installation has now is left first.
  if (kind === 'foreign' && (state === 'Draining' || state === 'Gone')) return false;
  if (before?.kind !== kind || state === undefined) return true;
  const fullMs = everyMsOf(options, memory);
  if (state === 'Running') return Date.now() - before.at >= fullMs * early;
  return state !== 'RBACMissing' || Date.now() - before.at >= Math.min(soonMs, fullMs) * early;
}

function everyMsOf({ everyMs }: SettlingOptions, { states }: NamespaceMemory): number {
  return everyMs ?? Math.max(leastEveryMs, states.size * eachMs);
}

/**
 * What was found before rights on namespaces were taken from us is kept: their loss must not stop what works, and
 * gives us nothing that another installation has.
 */
function targetsNow(
  options: SettlingOptions,
  memory: NamespaceMemory,
  { mode, known }: Pick<Situation, 'mode' | 'known'>,
): readonly Target[] {
  const { wanted } = options;
  if (wanted === 'disabled' || mode !== 'disabled') return targetsOf(mode, known, options);
  const working = inState(memory, 'Running', 'RBACMissing').map(({ name }) => name);
  const listed = options.list.filter((name) => memory.settled.get(name)?.kind !== 'foreign');
  const meant = wanted === 'auto' && options.list.length === 0 ? [options.own] : listed;
  const list = [...new Set([...meant, ...working])];
  return list.length === 0 ? [] : targetsOf(mode, known, { ...options, list });
}

/** Milliseconds to the next look. */
export function nextMs(options: SettlingOptions, memory: NamespaceMemory): number {
  if (inState(memory, 'Draining').length > 0) return drainMs;
  const fullMs = everyMsOf(options, memory);
  return inState(memory, 'RBACMissing').length > 0 ? Math.min(soonMs, fullMs) : fullMs;
}
