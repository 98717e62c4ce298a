import type { ResourceRef } from '../core/document/document.ts';
import type { Refusal } from '../core/refusal.ts';
import { isAborted } from '../core/waiting.ts';
import { newsOnly } from '../sources/kubernetes/news-only.ts';
import { apiTrouble } from '../sources/kubernetes/trouble.ts';
import { leaveDrained } from './leave.ts';
import { listeners } from '../sources/kubernetes/namespace-set/listeners.ts';
import { inState, newMemory, note, reportOf, type NamespaceMemory } from './memory.ts';
import { modeNow, type FoundMode } from './mode.ts';
import type { NamespaceSet } from '../sources/kubernetes/namespace-set/namespace-set.ts';
import {
  readReport,
  writeReport,
  type NamespaceMode,
  type ReportedNamespace,
} from '../sources/kubernetes/namespace-set/report.ts';
import { nextMs, settleAll, type SettlingOptions } from './settle-all.ts';
import { namespaceSight, type Sight } from './sight.ts';
import type { TargetRbac } from './target-rbac.ts';
import { whereabouts } from './targets.ts';
import { refusalOf } from './refusal-of.ts';
import { untilDue } from './until-due.ts';

export interface ManagerOptions extends SettlingOptions {
  /** Absent if others manage the Roles in namespaces. */
  readonly rbac?: TargetRbac | undefined;
  /** The ConfigMap with the report for workers and people. */
  readonly report: ResourceRef;
  /** Signals the workflows of a namespace to check. Returns whether none runs any more. */
  readonly drain: (namespace: string) => Promise<boolean>;
  readonly onMode: (mode: FoundMode, before: NamespaceMode | undefined) => void;
  readonly onNamespaces: (namespaces: readonly ReportedNamespace[]) => void;
  /** Called with the object that was corrected in a namespace. */
  readonly onCorrected: (what: string) => void;
  readonly onTrouble: (trouble: Refusal) => void;
  readonly signal: AbortSignal;
}

export interface NamespaceManager extends NamespaceSet {
  /** Resolves when the namespaces are known for the first time. */
  readonly begun: Promise<void>;
  /** Resolves when the signal has aborted and all work has ended. */
  readonly stopped: Promise<void>;
}

const retryMs = 5_000;

/**
 * Ensures that every namespace we manage has the Roles we need, cleans up namespaces that are no longer ours, and
 * reports both. Only one process does this at a time.
 */
export function manageNamespaces(options: ManagerOptions): NamespaceManager {
  const { client, signal, onTrouble } = options;
  const memory = newMemory();
  const { add, notify } = listeners();
  const due = untilDue();
  const sight = namespaceSight({ client, signal, onTrouble, onChange: due.now });
  let isKnown = false;
  let begin: () => void = () => undefined;
  const begun = new Promise<void>((resolve) => (begin = resolve));
  const onSettled = () => {
    isKnown = true;
    begin();
    notify();
  };
  const run = async () => {
    const news = newsOnly(onTrouble);
    while (!isAborted(signal)) {
      let waitMs = retryMs;
      try {
        if (memory.mode === undefined) await recall(options, memory);
        await pass(options, memory, { sight, onSettled });
        waitMs = nextMs(options, memory);
        news.over();
      } catch (error) {
        if (!isAborted(signal)) news.report(apiTrouble('manage the namespaces', error));
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

/** Reads the report of the former manager, which says which namespaces to leave. */
async function recall(
  { client, report, installation }: ManagerOptions,
  memory: NamespaceMemory,
): Promise<void> {
  const before = await readReport(client, report);
  if (before === undefined) return;
  memory.changed = before.changed;
  memory.former = before.installation === installation ? before.former : before.installation;
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
  await searchOnce(options, memory);
  const { former } = memory;
  const own = [options.installation, ...(former === undefined ? [] : [former])];
  const whereIs = whereabouts(mode, known, own);
  await settleAll(options, memory, { mode, known, whereIs });
  // By now another watcher may hold the Lease and write the report.
  options.signal.throwIfAborted();
  // Published before any listener is called, because listeners read it.
  const published = publish(options, memory);
  await published.catch(() => undefined);
  onSettled();
  await published;
  if (await leaveDrained(options, memory, { whereIs, known })) await publish(options, memory);
}

/** Finds namespaces with our Roles, in case the report was lost. If we may not list Roles, the report must do. */
async function searchOnce({ rbac }: ManagerOptions, memory: NamespaceMemory): Promise<void> {
  if (memory.isSearched || rbac === undefined) return;
  const refused = await refusalOf(async () => {
    for (const name of await rbac.namespaces())
      if (!memory.states.has(name)) note(memory, name, { state: 'Running', reason: found });
  });
  memory.isSearched = refused === undefined || refused.code === 'KubernetesForbidden';
}

const found = 'it contains our Roles';

async function findMode(
  { client, wanted, onMode }: ManagerOptions,
  memory: NamespaceMemory,
): Promise<NamespaceMode> {
  const found = await modeNow(client, wanted);
  const before = memory.mode;
  memory.mode = found;
  if (before?.mode !== found.mode) {
    memory.isSearched = false; // with other rights we may find more
    if (before !== undefined || memory.changed === '') memory.changed = new Date().toISOString();
    onMode(found, before?.mode);
  }
  return found.mode;
}

/** Writes the report even if it is unchanged, because someone may have deleted or edited it. */
async function publish(options: ManagerOptions, memory: NamespaceMemory): Promise<void> {
  const report = reportOf(memory, options.installation);
  const text = JSON.stringify(report);
  await writeReport(options.client, options.report, report);
  if (text === memory.reported) return;
  memory.reported = text;
  options.onNamespaces(report.namespaces);
}
