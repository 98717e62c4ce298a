import type { Client } from '@temporalio/client';
import { summaryLine } from '../../core/plan/summary.ts';
import { refText } from '../../sources/resource-name.ts';
import type { PolicyStatus } from '../../sources/source.ts';
import { type PolicyView, policyWorkflowId, stateQuery } from '../../workflows/messages.ts';
import { clockTimeOf } from '../clock.ts';
import { databaseName } from '../database-name.ts';
import type { PolicyRow } from '../policy-table.ts';
import { withSharedChecks } from '../shared-checks.ts';
import type { Converged } from './converge.ts';
import type { Session } from './set-up.ts';

/** One row for each policy: its state, and its changes since the start. */
export function overview(
  { client, source, startedAt }: Session,
  policies: readonly Converged[],
): Promise<PolicyRow[]> {
  return Promise.all(
    policies.map(async ({ ref, outcome }) => {
      const record = await source.readPolicy(ref);
      const own = outcome.phase === 'Gone' ? undefined : await viewOf(client, ref);
      const [{ view } = { view: own }] =
        own === undefined ? [] : await withSharedChecks(client, [{ ref, view: own }]);
      return {
        policy: refText(ref),
        phase: view?.phase ?? outcome.phase,
        database: view === undefined ? '' : databaseName(view),
        changes: changesOf(record?.status, view, startedAt),
        lastCheck: clockTimeOf(view?.lastCheck),
      };
    }),
  );
}

function viewOf(client: Client, ref: Converged['ref']): Promise<PolicyView> {
  return client.workflow.getHandle(policyWorkflowId(ref)).query(stateQuery);
}

function changesOf(
  status: PolicyStatus | undefined,
  view: PolicyView | undefined,
  since: Date,
): string {
  if (view?.error !== undefined) return view.error.code;
  if (view?.pending !== undefined) return `pending: ${view.pending}`;
  const { last_change_time: time, change_summary: summary } = status ?? {};
  if (time === undefined || summary === undefined || new Date(time) < since) return 'none';
  return summaryLine(summary);
}
