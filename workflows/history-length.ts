import { workflowInfo } from '@temporalio/workflow';
import type { DatabaseState } from './database-state.ts';

type Limited = Pick<DatabaseState, 'historyLimit'>;

/** Events after which to continue as new. */
const historyLimit = 1_000;

export function isLong(run: Limited): boolean {
  return workflowInfo().historyLength > (run.historyLimit ?? historyLimit);
}

/** The server warns of histories over 10,240 events or 10 MiB, and ends workflows at five times that. */
export function isTooLong({ historyLimit: limit = historyLimit }: Limited): boolean {
  const { historyLength, historySize } = workflowInfo();
  return historyLength > 10 * limit || historySize > 10_000_000;
}
