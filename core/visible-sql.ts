import { invisible } from './control-characters.ts';

/** A quoted identifier, or a literal in either form. We write no comment, no dollar quote and no `U&`. */
const quoted =
  /(?<identifier>"(?:[^"]|"")*")|(?<escaping>\bE'(?:[^'\\]|\\.|'')*')|'(?:[^']|'')*'/gsu;

const eachInvisible = new RegExp(invisible, 'gu');

/**
 * The same SQL to be read, copied and run by people: a name or literal in which a terminal would find a command, or a
 * reader another line than there is, is written as `U&"\001B"` or `E'\u001B'`, which means the same to PostgreSQL.
 * It is not what is sent: a database of encoding SQL_ASCII knows no number above 7F. Source: PostgreSQL manual, 4.1.1
 * and 4.1.2.2.
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
