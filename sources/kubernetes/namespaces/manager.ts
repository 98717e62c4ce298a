import type { ResourceRef } from '../../../core/document/document.ts';
import type { Refusal } from '../../../core/refusal.ts';
import type { ApiClient } from '../api/client.ts';
import { newsOnly } from '../news-only.ts';
import { apiTrouble } from '../trouble.ts';
import { leaveDrained } from './leave.ts';
import { listeners } from './listeners.ts';
import { inState, newMemory, note, reportOf, type NamespaceMemory } from './memory.ts';
import { modeNow, type FoundMode, type WantedMode } from './mode.ts';
import type { NamespaceSet } from './namespace-set.ts';
import { readReport, writeReport, type NamespaceMode, type ReportedNamespace } from './report.ts';
import { settleNamespace } from './settle.ts';
import { namespaceSight, type Sight } from './sight.ts';
import type { TargetRbac } from './target-rbac.ts';
import { targetsOf, type KnownNamespace, type Wishes } from './targets.ts';
import { untilDue } from './until-due.ts';

export interface ManagerOptions extends Wishes {
  readonly client: ApiClient;
  readonly wanted: WantedMode;
  /** Absent where others see to the rights in namespaces. */
  readonly rbac?: TargetRbac | undefined;
  /** The ConfigMap that tells workers and people. */
  readonly report: ResourceRef;
  /** Tells the workflows of a namespace to look; whether none runs any more. */
  readonly drain: (namespace: string) => Promise<boolean>;
  readonly onMode: (mode: FoundMode, before: NamespaceMode | undefined) => void;
  readonly onNamespaces: (namespaces: readonly ReportedNamespace[]) => void;
  /** What was corrected in a namespace. */
  readonly onCorrected: (what: string) => void;
  readonly onTrouble: (trouble: Refusal) => void;
  readonly signal: AbortSignal;
  /** Time between two looks at all rights, in milliseconds. Default 15 s, and longer with more than 50 namespaces. */
  readonly everyMs?: number;
}

export interface NamespaceManager extends NamespaceSet {
  /** Resolves when it is known for the first time. */
  readonly begun: Promise<void>;
  /** Resolves when the signal has aborted and nothing is under way any more. */
  readonly stopped: Promise<void>;
}

const leastEveryMs = 15_000;
/** Of a look at one namespace's rights: a thousand of them are no burden to the API server. */
const eachMs = 300;
const soonMs = 5_000;
const drainMs = 2_000;

/**
 * Sees to it that every namespace we are to work in has what we need there, that those which are not ours any more are
 * left clean, and tells which are which. One of all processes does it at a time.
 */
export function manageNamespaces(options: ManagerOptions): NamespaceManager {
  const { client, signal, onTrouble } = options;
  const memory = newMemory();
  const { add, tell } = listeners();
  const due = untilDue();
  const sight = namespaceSight({ client, signal, onTrouble, onChange: due.now });
  let isKnown = false;
  let begin: () => void = () => undefined;
  const begun = new Promise<void>((resolve) => (begin = resolve));
  const onSettled = () => {
    isKnown = true;
    begin();
    tell();
  };
  const run = async () => {
    const news = newsOnly(onTrouble);
    while (!isAborted(signal)) {
      let waitMs = soonMs;
      try {
        if (memory.mode === undefined) await recall(options, memory);
        await pass(options, memory, { sight, onSettled });
        waitMs = nextMs(options, memory);
        news.over();
      } catch (error) {
        if (!isAborted(signal)) news.tell(apiTrouble('see to the namespaces', error));
      }
      await due.wait(waitMs, signal);
    }
    begin();
  };
  return {
    begun,
    stopped: run(),
    names: () => (isKnown ? runningIn(memory) : []),
    onChange: add,
  };
}

function runningIn(memory: NamespaceMemory): readonly string[] | undefined {
  if (memory.mode?.mode === 'all') return undefined;
  return inState(memory, 'Running').map(({ name }) => name);
}

/** Not narrowed by an earlier check: the signal changes while others work. */
function isAborted({ aborted }: AbortSignal): boolean {
  return aborted;
}

/** What the manager before this one told: it knows which namespaces are to be left. */
async function recall({ client, report }: ManagerOptions, memory: NamespaceMemory): Promise<void> {
  const before = await readReport(client, report);
  if (before === undefined) return;
  memory.changed = before.changed;
  for (const each of before.namespaces) memory.states.set(each.name, each);
}

interface Surroundings {
  readonly sight: Sight;
  readonly onSettled: () => void;
}

async function pass(
  options: ManagerOptions,
  memory: NamespaceMemory,
  { sight, onSettled }: Surroundings,
): Promise<void> {
  const mode = await findMode(options, memory);
  const known = await sight(mode);
  const there = new Set(known.filter(({ isTerminating }) => !isTerminating).map((k) => k.name));
  const isThere = (name: string) => mode === 'disabled' || there.has(name);
  await settleAll(options, memory, { mode, known, isThere });
  // Told before anybody is woken, who would ask for it.
  const published = publish(options, memory);
  await published.catch(() => undefined);
  onSettled();
  await published;
  await leaveDrained(options, memory, isThere);
  await publish(options, memory);
}

async function findMode(
  { client, wanted, onMode }: ManagerOptions,
  memory: NamespaceMemory,
): Promise<NamespaceMode> {
  const found = await modeNow(client, wanted);
  const before = memory.mode;
  memory.mode = found;
  if (before?.mode !== found.mode) {
    if (before !== undefined || memory.changed === '') memory.changed = new Date().toISOString();
    onMode(found, before?.mode);
  }
  return found.mode;
}

interface Situation {
  readonly mode: NamespaceMode;
  readonly known: readonly KnownNamespace[];
  readonly isThere: (name: string) => boolean;
}

const atOnce = 8;

async function settleAll(
  options: ManagerOptions,
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
  const waiting = [...targets];
  const work = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift())
      note(memory, next.name, await settleNamespace(options, mode, next));
  };
  await Promise.all(Array.from({ length: atOnce }, work));
}

/** What was found before rights on namespaces were taken from us is kept: their loss must not stop what works. */
function listNow({ wanted, list }: ManagerOptions, memory: NamespaceMemory): readonly string[] {
  if (wanted === 'disabled' || memory.mode?.mode !== 'disabled') return list;
  const working = inState(memory, 'Running', 'RBACMissing').map(({ name }) => name);
  return [...new Set([...list, ...working])];
}

function nextMs({ everyMs }: ManagerOptions, memory: NamespaceMemory): number {
  if (inState(memory, 'Draining').length > 0) return drainMs;
  const fullMs = everyMs ?? Math.max(leastEveryMs, memory.states.size * eachMs);
  return inState(memory, 'RBACMissing').length > 0 ? Math.min(soonMs, fullMs) : fullMs;
}

async function publish(options: ManagerOptions, memory: NamespaceMemory): Promise<void> {
  const report = reportOf(memory, options.installation);
  const text = JSON.stringify(report);
  if (text === memory.reported) return;
  await writeReport(options.client, options.report, report);
  memory.reported = text;
  options.onNamespaces(report.namespaces);
}
