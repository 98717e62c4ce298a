import { activityInfo } from '@temporalio/activity';
import type { ApplyResult } from '../postgres/contract.ts';
import { policyFields } from '../telemetry/log.ts';
import type { StepRequest } from './contract.ts';
import type { ActivityDeps } from './deps.ts';
import type { ReadyPolicy } from './ready-policy.ts';
import { statusSql } from './sql-text.ts';
import { omit } from './status/omit.ts';

/** A step stays committed even if the apply fails, so the status records it at once. */
export async function rememberStep(
  { source, now }: ActivityDeps,
  { record }: ReadyPolicy,
  taken: string,
): Promise<void> {
  const last_change_time = now().toISOString();
  await source.writeStatus(record, (status) => ({
    ...status,
    applied_sql: taken,
    last_change_time,
  }));
}

/**
 * Writes what only this activity knows. It must be written before the report, because a lost password version causes a
 * password reset.
 */
export async function remember(
  { source, now }: ActivityDeps,
  { record }: ReadyPolicy,
  { statements, summary, server, identity, passwordVersions: versions }: ApplyResult,
  taken: string | undefined,
): Promise<void> {
  const hasPasswords = Object.keys(versions).length > 0;
  const last_change_time = now().toISOString();
  await source.writeStatus(record, (status) => ({
    ...omit(status, 'planned_sql', 'applied_password_source_versions', 'applied_password_server'),
    ...(hasPasswords
      ? {
          applied_password_source_versions: versions,
          applied_password_server: identity.server,
        }
      : {}),
    ...(summary.total === 0 && taken === undefined
      ? {}
      : {
          applied_sql: statusSql(statements, server, taken),
          last_change_time,
        }),
  }));
}

export function logApplied({ log }: ActivityDeps, { ref }: ReadyPolicy, result: ApplyResult): void {
  const { hash, summary, statements, durationMs, identity } = result;
  if (summary.total === 0) return;
  log.info(
    {
      ...policyFields(ref),
      server: identity.server,
      database: identity.database,
      plan: hash,
      changes: summary.total,
      statements: statements.length,
      durationMs,
      attempt: activityInfo().attempt,
    },
    'plan applied',
  );
}

export function logStep(
  { log }: ActivityDeps,
  { server, ticket, step: due }: StepRequest,
  statements: number,
) {
  if (statements === 0) return;
  const database = due.database ?? ticket.database;
  const { attempt } = activityInfo();
  log.info(
    { ...policyFields(ticket.policy), server, database, step: due.line, statements, attempt },
    'step taken',
  );
}
