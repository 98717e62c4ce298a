import { workflowInfo } from '@temporalio/workflow';
import type { DatabaseState } from './database-state.ts';

type Limited = Pick<DatabaseState, 'historyLimit'>;

/** Events after which the workflow continues as new. */
const historyLimit = 1_000;

export function isLong(run: Limited): boolean {
  return workflowInfo().historyLength > (run.historyLimit ?? historyLimit);
}

/** The server warns about histories over 10,240 events or 10 MiB, and terminates workflows at five times that. */
export function isTooLong({ historyLimit: limit = historyLimit }: Limited): boolean {
  const { historyLength, historySize } = workflowInfo();
  return historyLength > 10 * limit || historySize > 10_000_000;
}
