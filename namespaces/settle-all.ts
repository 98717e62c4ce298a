import { inState, note, type NamespaceMemory } from './memory.ts';
import type { NamespaceMode, WantedMode } from '../sources/kubernetes/namespace-set/report.ts';
import { settleNamespace, type SettleOptions } from './settle.ts';
import { reportToPolicies } from './report-to-policies.ts';
import {
  targetsOf,
  type KnownNamespace,
  type Target,
  type WhereIs,
  type Whereabouts,
  type ConfiguredNamespaces,
} from './targets.ts';

export interface SettlingOptions extends SettleOptions, ConfiguredNamespaces {
  readonly wanted: WantedMode;
  /** Time between two checks of all rights, in milliseconds. Default 15 s, and longer with more than 50 namespaces. */
  readonly everyMs?: number;
}

const leastEveryMs = 15_000;
/** Time per namespace, so that a thousand namespaces do not burden the API server. */
const eachMs = 300;
const soonMs = 5_000;
const drainMs = 2_000;
/** A check is due slightly before its time, otherwise it would wait for the next one. */
const early = 0.9;

interface Situation {
  readonly mode: NamespaceMode;
  readonly known: readonly KnownNamespace[];
  readonly whereIs: WhereIs;
}

const atOnce = 8;

/** Ensures our Roles in every namespace that we manage, and marks namespaces that are no longer ours. */
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
      await reportLack(options, memory, next.name, settled.lack);
      memory.settled.set(next.name, { kind: next.kind, at: Date.now() });
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
}

/** Writes missing rights to the policies' statuses, once per change. A failure is retried at the next check. */
async function reportLack(
  { client }: SettlingOptions,
  { notified }: NamespaceMemory,
  name: string,
  lack: string | undefined,
): Promise<void> {
  if (lack === undefined) notified.delete(name);
  if (lack === undefined || notified.get(name) === lack) return;
  const why = { reason: 'NamespaceRightsMissing', message: lack } as const;
  if ((await reportToPolicies(client, name, why)) === undefined) notified.set(name, lack);
}

/** Marks namespaces to leave. Pending ones have nothing of ours. */
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
  here: 'this installation does not manage it any more',
  foreign: 'it now belongs to another installation',
  terminating: 'it is being deleted',
  away: 'it was deleted',
};

/** A new namespace does not cause a check of all the others. */
function isDue(options: SettlingOptions, memory: NamespaceMemory, { name, kind }: Target): boolean {
  const before = memory.settled.get(name);
  const state = memory.states.get(name)?.state;
  // A namespace that now belongs to another installation is left first.
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
 * Namespaces found earlier stay managed when we lose our rights on namespaces: this must not stop what works, and it
 * takes nothing from another installation.
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

/** Milliseconds until the next check. */
export function nextMs(options: SettlingOptions, memory: NamespaceMemory): number {
  if (inState(memory, 'Draining').length > 0) return drainMs;
  const fullMs = everyMsOf(options, memory);
  return inState(memory, 'RBACMissing').length > 0 ? Math.min(soonMs, fullMs) : fullMs;
}
