import type { ServerFacts, Statement } from '../core/kind.ts';
import { quoteIdentifier, quoteLiteral } from '../core/sql.ts';
import { visibleSql } from '../core/visible-sql.ts';

/** Text of each statement as sent, in order: roles are taken on and put off around those that need it. */
export function sentTexts(
  statements: readonly Statement[],
  user: string,
  verifiers: ReadonlyMap<string, string>,
): string[] {
  return statements.flatMap((statement) =>
    inItsRole(statement, sentText(statement, verifiers), user),
  );
}

/** Where a script begins, and whom it runs as. */
export type ScriptServer = Pick<ServerFacts, 'user' | 'database'>;

/**
 * The statements as `psql` would run them: those of another database follow a `\connect`. Empty when there are none.
 * A password is in no script, so a statement that sets one is a comment: run, it would set the redaction as the password.
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
 * Has `psql` go to another database as the same user. A name that it could take for more than a name is in a URI.
 * Source: PostgreSQL manual, psql, \connect.
 */
export function connectTo(database: string): string {
  if (/^[\w.-]+$/.test(database)) return `\\connect "${database}"\n`;
  const name = encodeURIComponent(database).replaceAll("'", '%27');
  return `\\connect -reuse-previous=on "postgresql:///${name}"\n`;
}

/** Text as SQL comments, whatever lines it has. */
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
