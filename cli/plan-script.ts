import type { Statement } from '../core/kind.ts';
import type { PlanResult } from '../postgres/contract.ts';
import { commented, redactedSql } from '../postgres/render-sql.ts';

export const inSync = 'No changes needed. Database is in sync with manifest.';

/**
 * The plan as a script that psql runs as it stands, in one transaction. A password is in no script, so the
 * statements that set one are comments: run, they would set the redaction as the password.
 */
export function planScript({ statements, server }: PlanResult): string {
  if (statements.length === 0) return `-- ${inSync}\n`;
  const body = statements.map((statement) => scriptOf(statement, server.user));
  return ['BEGIN;\n', ...body, 'COMMIT;\n'].join('\n');
}

function scriptOf(statement: Statement, user: string): string {
  const sql = redactedSql([statement], user);
  const risk = statement.risk === 'none' ? '' : ` (${statement.risk})`;
  const why = commented(`${statement.why}${risk}\n`);
  return statement.password === undefined
    ? `${why}${sql}`
    : `${why}-- set by pgwarden apply, which knows the password:\n${commented(sql)}`;
}
