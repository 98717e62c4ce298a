import type { Finding } from '../core/finding.ts';
import type { Statement } from '../core/kind.ts';
import { quoteIdentifier } from '../core/sql.ts';
import { visibleSql } from '../core/visible-sql.ts';
import { inSteps } from '../core/plan/steps.ts';
import type { PlanResult } from '../postgres/contract.ts';
import { commented, connectTo, statementSql } from '../postgres/render-sql.ts';
import { printable } from './printable.ts';

/** What is said where there is no change to make. */
export function nothingToDo({ drift, findings }: Pick<PlanResult, 'drift' | 'findings'>): string {
  if (!drift) return 'No changes needed. Database is in sync with manifest.';
  const has = (code: Finding['code']) => findings.some((finding) => finding.code === code);
  const sentences = [
    has('Unrevocable') ? 'What differs must be revoked by somebody else.' : [],
    has('CodeNotAdopted')
      ? 'Objects that would run code of others keep their owner until the policy names them or sets adopt_code.'
      : [],
  ].flat();
  return ['Nothing can be changed.', ...sentences].join(' ');
}

/**
 * The plan as a script that psql runs as it stands, each step in a transaction of its own. A password is in no script,
 * so the statements that set one are comments: run, they would set the redaction as the password.
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

/** A later transaction must not follow one that failed. */
function stopOnError({ length }: readonly string[]): string[] {
  return length > 1 ? ['\\set ON_ERROR_STOP on\n'] : [];
}

/** Names and literals mean what they meant to us, whatever the settings of who runs it. Timeouts are theirs to choose. */
function beginScript({ user, login }: PlanResult['server']): string {
  return `BEGIN READ WRITE;
SET LOCAL ROLE ${user === login ? 'NONE' : visibleSql(quoteIdentifier(user))};
SET LOCAL search_path = pg_catalog, pg_temp;
SET LOCAL standard_conforming_strings = on;
`;
}

/** The script is UTF-8, which a client need not be set to. */
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
  return `pgwarden apply sets it from where the policy says; by hand: \\password ${printable(quoteIdentifier(role))}\n`;
}
