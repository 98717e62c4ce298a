import type { Finding } from '../core/finding.ts';
import type { Statement } from '../core/statement.ts';
import { quoteIdentifier } from '../core/sql.ts';
import { visibleSql } from '../core/visible-sql.ts';
import { inSteps } from '../core/plan/steps.ts';
import type { PlanResult } from '../postgres/contract.ts';
import { commented, connectTo, statementSql } from '../postgres/render-sql.ts';
import { printable } from './printable.ts';

/** The message for a plan without changes. */
export function nothingToDo({ drift, findings }: Pick<PlanResult, 'drift' | 'findings'>): string {
  if (!drift) return 'No changes needed. Database is in sync with manifest.';
  const has = (code: Finding['code']) => findings.some((finding) => finding.code === code);
  const sentences = [
    has('Unrevocable') ? 'Only another role can revoke the remaining drift.' : [],
    has('CodeNotAdopted')
      ? 'Objects that would run code of others keep their owner until the policy names them or sets adopt_code.'
      : [],
  ].flat();
  return ['Nothing to apply.', ...sentences].join(' ');
}

/**
 * The plan as a script for psql, with each step in its own transaction. Scripts contain no passwords. A statement that
 * sets a password is therefore a comment; otherwise it would set the redacted text as the password.
 */
export function planScript(plan: PlanResult): string {
  const { statements, server } = plan;
  if (statements.length === 0) return `-- ${nothingToDo(plan)}\n`;
  let database = server.database;
  const parts = inSteps(statements).map((group) => {
    const next = group[0]?.ahead?.database ?? server.database;
    const connect = next === database ? [] : [connectTo(next)];
    database = next;
    const body = group.map((statement) => scriptOf(statement, server.user)).join('\n');
    const begin = `${beginScript(server)}${encodingFor(body)}`;
    return [...connect, begin, body, 'COMMIT;\n'].join('\n');
  });
  return [...stopOnError(parts), ...parts].join('\n');
}

/** Stops the script after a failed transaction, so that no later one runs. */
function stopOnError({ length }: readonly string[]): string[] {
  return length > 1 ? ['\\set ON_ERROR_STOP on\n'] : [];
}

/** Sets the settings that names and literals depend on. Timeouts are left to the user who runs the script. */
function beginScript({ user, login }: PlanResult['server']): string {
  return `BEGIN READ WRITE;
SET LOCAL ROLE ${user === login ? 'NONE' : visibleSql(quoteIdentifier(user))};
SET LOCAL search_path = pg_catalog, pg_temp;
SET LOCAL standard_conforming_strings = on;
`;
}

/** The script is UTF-8, but the client can have another encoding. */
function encodingFor(body: string): string {
  return /[^ -~\s]/.test(body) ? "SET LOCAL client_encoding = 'UTF8';\n" : '';
}

function scriptOf(statement: Statement, user: string): string {
  const sql = statementSql(statement, user);
  const risk = statement.risk === 'none' ? '' : ` (${statement.risk})`;
  const why = commented(`${printable(statement.why)}${risk}\n`);
  return statement.password === undefined
    ? `${why}${sql}`
    : `${why}${commented(howToSet(statement.password))}${sql}`;
}

function howToSet(role: string): string {
  return `pgwarden apply sets this password from its source in the policy. To set it by hand: \\password ${printable(quoteIdentifier(role))}\n`;
}
