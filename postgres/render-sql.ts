import type { Statement } from '../core/kind.ts';
import { quoteIdentifier, quoteLiteral } from '../core/sql.ts';

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

/**
 * The statements as `psql` would run them. Empty when there are none. A password is in no script, so a statement that
 * sets one is a comment: run, it would set the redaction as the password.
 */
export function redactedSql(statements: readonly Statement[], user: string): string {
  return statements
    .flatMap((statement) =>
      statement.password === undefined
        ? inItsRole(statement, statement.text, user).map((text) => `${text};\n`)
        : [commented(`${statement.text} '[REDACTED]';\n`)],
    )
    .join('');
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
