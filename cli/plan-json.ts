import type { ReconciliationMode } from '../core/mode.ts';
import type { PlanResult } from '../postgres/contract.ts';
import { redactedSql } from '../postgres/render-sql.ts';

/** The plan for programs. Fields may be added under the same version; none changes its meaning. */
export function planJson(plan: PlanResult, mode: ReconciliationMode): string {
  const { identity, server, statements, summary, hash, drift } = plan;
  const document = {
    schema_version: 'pgwarden.plan.v1',
    server: identity.server,
    database: identity.database,
    postgres_major: server.major,
    mode,
    in_sync: summary.total === 0,
    /** What the exit code 2 says: changes other than passwords, whose state a server does not tell. */
    drift,
    summary,
    hash,
    steps: statements.map((statement) => ({
      sql: redactedSql([statement], server.user).trimEnd(),
      why: statement.why,
      risk: statement.risk,
    })),
  };
  return `${JSON.stringify(document, undefined, 2)}\n`;
}
