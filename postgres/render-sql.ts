import type { Statement } from '../core/kind.ts';
import { quoteIdentifier, quoteLiteral } from '../core/sql.ts';

/** Text of each statement as sent, in order: roles are taken on and put off around those that need it. */
export function sentTexts(
  statements: readonly Statement[],
  user: string,
  verifierOf: (role: string) => string,
): string[] {
  return statements.flatMap((statement) => {
    const password =
      statement.password === undefined ? '' : ` ${quoteLiteral(verifierOf(statement.password))}`;
    const text = `${statement.text}${password}`;
    if (statement.as === undefined || statement.as === user) return [text];
    return [
      `SET LOCAL ROLE ${quoteIdentifier(statement.as)}`,
      text,
      `SET LOCAL ROLE ${quoteIdentifier(user)}`,
    ];
  });
}

/** The statements as a script for `psql`, with its passwords redacted. Empty when there are none. */
export function redactedSql(statements: readonly Statement[], user: string): string {
  return sentTexts(statements, user, () => '[REDACTED]')
    .map((text) => `${text};\n`)
    .join('');
}
