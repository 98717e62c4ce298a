import type { PlanMode } from '../core/mode.ts';
import type { PlanResult } from '../postgres/contract.ts';
import { statementSql } from '../postgres/render-sql.ts';
import { printableJson } from './printable.ts';
import type { PlanDocument } from './plan-document.ts';

/** The plan for programs, the same byte for byte for the same plan. */
export function planJson(plan: PlanResult, mode: PlanMode): string {
  const { identity, server, statements, summary, hash, drift, changes, findings } = plan;
  const document: PlanDocument = {
    schema_version: 'pgwarden.plan.v1',
    server: identity.server,
    database: identity.database,
    user: server.user,
    postgres_major: server.major,
    mode,
    in_sync: summary.total === 0 && !drift,
    drift,
    hash,
    summary,
    changes: [...changes],
    statements: statements.map((statement) => ({
      sql: statementSql(statement, server.user).trimEnd(),
      why: statement.why,
      risk: statement.risk,
      affects: [...statement.affects],
      ...(statement.ahead === undefined ? {} : { ahead: statement.ahead }),
    })),
    findings: [...findings],
  };
  return `${printableJson(document)}\n`;
}
