import { invisible } from './control-characters.ts';

/** A quoted identifier, or a literal in either form. pgwarden writes no comment, no dollar quote and no `U&`. */
const quoted =
  /(?<identifier>"(?:[^"]|"")*")|(?<escaping>\bE'(?:[^'\\]|\\.|'')*')|'(?:[^']|'')*'/gsu;

const eachInvisible = new RegExp(invisible, 'gu');

/**
 * The same SQL for people to read, copy and run. A name or literal with characters that a terminal interprets, or that
 * make the line look different, is written as `U&"\001B"` or `E'\u001B'`, which means the same to PostgreSQL. pgwarden
 * sends the original form, because a database with encoding SQL_ASCII accepts no escape above 7F. Source: PostgreSQL
 * manual, 4.1.1 and 4.1.2.2.
 */
export function visibleSql(sql: string): string {
  if (!invisible.test(sql)) return sql;
  return sql.replaceAll(quoted, (text: string, identifier?: string, escaping?: string) => {
    if (!invisible.test(text)) return text;
    if (identifier !== undefined)
      return `U&${doubled(text).replaceAll(eachInvisible, inIdentifier)}`;
    const literal = escaping ?? `E${doubled(text)}`;
    return literal.replaceAll(eachInvisible, inLiteral);
  });
}

function doubled(text: string): string {
  return text.replaceAll('\\', '\\\\');
}

function inIdentifier(character: string): string {
  const code = codeOf(character);
  return code.length > 4 ? `\\+${code.padStart(6, '0')}` : `\\${code.padStart(4, '0')}`;
}

function inLiteral(character: string): string {
  if (character === '\n') return '\\n';
  const code = codeOf(character);
  return code.length > 4 ? `\\U${code.padStart(8, '0')}` : `\\u${code.padStart(4, '0')}`;
}

function codeOf(character: string): string {
  return (character.codePointAt(0) ?? 0).toString(16).toUpperCase();
}
