import { setMaxListeners } from 'node:events';
import type { Client } from '@temporalio/client';
import { pause } from '../core/waiting.ts';
import type { PolicySource } from '../sources/source.ts';
import { policyFields, type Log } from '../telemetry/log.ts';
import { noMetrics, type WatcherMetrics } from './metrics.ts';
import { policyWorkflows } from './policy-workflows.ts';
import { resyncs } from './resync.ts';
import { newTask, taskName, type Task } from './task.ts';
import { workQueue } from './work-queue.ts';

export interface WatcherOptions {
  readonly source: PolicySource;
  readonly client: Client;
  readonly taskQueue: string;
  readonly log: Log;
  /** Default: nothing is measured. */
  readonly metrics?: WatcherMetrics;
  /** Stops the watcher. */
  readonly signal: AbortSignal;
  /** Time between two comparisons of all policies with all workflows. Default 60 s. */
  readonly resyncMs?: number;
}

export interface RunningWatcher {
  /** Resolves when the signal has aborted and all work has ended. */
  readonly stopped: Promise<void>;
}

const defaultResyncMs = 60_000;
const betweenSignalsMs = 20; // at most 50 a second

/**
 * Signals the workflow of a policy whenever the policy or a Secret it uses changes, and ensures that every policy has a
 * workflow. Returns when the watch is established.
 *
 * The watcher keeps no state: at its start it wakes every policy once, because anything may have changed while it was
 * down.
 */
export async function startWatcher(options: WatcherOptions): Promise<RunningWatcher> {
  const { source, signal, log, taskQueue, resyncMs = defaultResyncMs } = options;
  const { metrics = noMetrics } = options;
  // Every running call to Temporal adds a listener.
  setMaxListeners(0, signal);
  const work = tasksOf(options);
  const queue = workQueue<Task>({
    work: async (task) => {
      const next = await work(task);
      // Results of a comparison are not urgent, so they wait behind changes.
      if (task.kind === 'resync') for (const each of next) queue.addForLater(taskName(each), each);
      else addAll(next);
    },
    onFailure: (error, task, retryMs) => {
      metrics.failed(task.kind);
      log.warn({ task: taskName(task), error: messageOf(error), retryMs }, 'watcher task failed');
    },
    signal,
  });
  const addAll = (tasks: readonly Task[]) => {
    for (const task of tasks) queue.add(taskName(task), task);
  };
  await source.watch((change) => {
    addAll([change]);
  }, signal);
  addAll([newTask.resync]);
  const timer = setInterval(addAll, resyncMs, [newTask.resync]);
  log.info({ taskQueue }, 'watcher started');
  const stopped = queue.stopped.finally(() => {
    clearInterval(timer);
  });
  return { stopped };
}

/** Does a task and returns the tasks that follow from it. */
function tasksOf(options: WatcherOptions): (task: Task) => Promise<readonly Task[]> {
  const { source, client, taskQueue, signal, log, metrics = noMetrics } = options;
  const workflows = policyWorkflows(client, taskQueue, signal);
  const resync = resyncs(source, workflows);
  return async (task) => {
    switch (task.kind) {
      case 'policy':
        await workflows.wake(task.ref);
        metrics.signalled('policy');
        log.debug(
          { ...policyFields(task.ref), workflowId: taskName(task) },
          'policy workflow signalled',
        );
        await pause(betweenSignalsMs, signal);
        return [];
      case 'orphan':
        await workflows.signal(task.workflow.workflowId);
        metrics.signalled('orphan');
        log.info({ workflowId: task.workflow.workflowId }, 'signalled a workflow without a policy');
        await pause(betweenSignalsMs, signal);
        return [];
      case 'secret':
        return (await source.policiesUsing(task.ref)).map(newTask.policy);
      case 'resync': {
        const { policies, orphans, declared, running } = await resync();
        metrics.compared(declared, running);
        return [...policies.map(newTask.policy), ...orphans.map(newTask.orphan)];
      }
    }
  };
}

/** Adds the cause, because messages of the SDK such as `Failed to signal Workflow` do not say why. */
function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message;
}
