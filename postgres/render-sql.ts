import type { ServerFacts } from '../core/live.ts';
import type { Statement } from '../core/statement.ts';
import { quoteIdentifier, quoteLiteral } from '../core/sql.ts';
import { visibleSql } from '../core/visible-sql.ts';

/** The text of each statement as sent, in order, with SET ROLE before and after those that need another role. */
export function sentTexts(
  statements: readonly Statement[],
  user: string,
  verifiers: ReadonlyMap<string, string>,
): string[] {
  return statements.flatMap((statement) =>
    inItsRole(statement, sentText(statement, verifiers), user),
  );
}

/** The database where a script starts, and the role it runs as. */
export type ScriptServer = Pick<ServerFacts, 'user' | 'database'>;

/**
 * The statements as a `psql` script: those of another database follow a `\connect`. Empty if there are none.
 * A script contains no password, so a statement that sets one is a comment: otherwise it would set the placeholder as
 * the password.
 */
export function redactedSql(statements: readonly Statement[], server: ScriptServer): string {
  return statements
    .map((statement, index) => {
      const before = statements[index - 1]?.ahead?.database ?? server.database;
      const database = statement.ahead?.database ?? server.database;
      const connect = before === database ? '' : connectTo(database);
      return `${connect}${statementSql(statement, server.user)}`;
    })
    .join('');
}

/** One statement of a script, for people to read and to run. */
export function statementSql(statement: Statement, user: string): string {
  if (statement.password !== undefined)
    return commented(`${visibleSql(statement.text)} '[REDACTED]';\n`);
  return inItsRole(statement, statement.text, user)
    .map((text) => `${visibleSql(text)};\n`)
    .join('');
}

/**
 * Makes `psql` connect to another database as the same user. A name with special characters is written as a URI.
 * Source: PostgreSQL manual, psql, \connect.
 */
export function connectTo(database: string): string {
  if (/^[\w.-]+$/.test(database)) return `\\connect "${database}"\n`;
  const name = encodeURIComponent(database).replaceAll("'", '%27');
  return `\\connect -reuse-previous=on "postgresql:///${name}"\n`;
}

/** Text as SQL comments, line by line. */
export function commented(text: string): string {
  return text.replaceAll(/^(?=.)/gm, '-- ');
}

function sentText({ text, password }: Statement, verifiers: ReadonlyMap<string, string>): string {
  if (password === undefined) return text;
  const verifier = verifiers.get(password);
  if (verifier === undefined) throw new RangeError('a password without a verifier');
  return `${text} ${quoteLiteral(verifier)}`;
}

function inItsRole({ as }: Statement, text: string, user: string): string[] {
  if (as === undefined || as === user) return [text];
  return [`SET LOCAL ROLE ${quoteIdentifier(as)}`, text, `SET LOCAL ROLE ${quoteIdentifier(user)}`];
}
