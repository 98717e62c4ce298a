import { patched, workflowInfo } from '@temporalio/workflow';
import type { DatabaseRun, DatabaseState } from './database-state.ts';

type Limited = Pick<DatabaseState, 'historyLimit'>;

/** Events after which the workflow continues as new. */
const historyLimit = 1_000;

export function isLong(run: Limited): boolean {
  return workflowInfo().historyLength > (run.historyLimit ?? historyLimit);
}

/**
 * The server warns about histories over 10,240 events or 10 MiB, and terminates workflows at five times that. It accepts
 * 10,000 signals for one run. While thousands of policies begin at once, most events are their signals.
 */
export function isTooLong({
  historyLimit: limit = historyLimit,
  signals,
}: Pick<DatabaseRun, 'historyLimit' | 'signals'>): boolean {
  const { historyLength, historySize } = workflowInfo();
  if (historyLength > 10 * limit || historySize > 10_000_000) return true;
  return signals > 3 * limit && patched('counts-signals');
}
