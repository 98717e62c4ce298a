/**
 * The parts of a manifest's `name(argument types)`: the name, and the types as SQL that cannot contain anything but
 * types.
 */
export interface FunctionSignature {
  /** Up to the first parenthesis, or the whole text. */
  readonly base: string;
  /** Undefined without an argument list, or for one that cannot be parsed. */
  readonly arguments: readonly string[] | undefined;
}

const word = String.raw`(?:[\p{L}_][\p{L}\p{N}_$]*|"(?:[^"]|"")+")`;
const zoned = String.raw`(?:timestamp|time)(?:\s*\(\s*\d\s*\))?\s+with(?:out)?\s+time\s+zone`;
const field = '(?:year|month|day|hour|minute|second)';
const interval = String.raw`interval\s+${field}(?:\s+to\s+${field})?`;
const letters = String.raw`(?:national\s+)?char(?:acter)?(?:\s+varying)?|nchar\s+varying`;
const several = String.raw`double\s+precision|${letters}|bit\s+varying|${zoned}|${interval}`;
const name = String.raw`${word}(?:\s*\.\s*${word}){0,2}`;
const typmod = String.raw`(?<typmod>(?:\s*\(\s*\d+(?:\s*,\s*-?\d+)?\s*\))?)`;
const array = String.raw`(?<array>\s+array(?:\s*\[\d*\])?|(?:\s*\[\d*\])*)`;
const mode = String.raw`(?:(?<mode>in\s+out|in|out|inout|variadic)\s+)?`;
const value = String.raw`(?:\s+default\s.*|\s*:?=.*)?`;
const argument = new RegExp(
  String.raw`^${mode}(?:${word}\s+)??(?:(?<several>${several})|(?<name>${name}))${typmod}${array}${value}$`,
  'isu',
);

/** Words that are types only without quotes. Source: PostgreSQL manual, table 8.1. */
const typeWords = new Set(
  'bigint bit boolean char character dec decimal float int integer interval nchar numeric real smallint time timestamp varchar'.split(
    ' ',
  ),
);

/**
 * Parses a function's name as manifests write it: argument names, modes, defaults and aliases of types are allowed, as
 * in CREATE FUNCTION. Only the server knows whether the types exist.
 */
export function readSignature(text: string): FunctionSignature {
  const { name: written = text, list } = signature.exec(text)?.groups ?? {};
  const isQuoted = /^"(?:[^"]|"")+"$/s.test(written);
  const base = isQuoted ? written.slice(1, -1).replaceAll('""', '"') : written;
  return { base, arguments: list?.endsWith(')') === true ? typesIn(list.slice(0, -1)) : undefined };
}

/** A quoted name can contain a parenthesis. */
const signature = /^(?<name>"(?:[^"]|"")+"|[^(]*)(?:\s*\((?<list>.*))?$/s;

function typesIn(list: string): string[] | undefined {
  if (list.trim() === '') return [];
  const types: string[] = [];
  for (const text of splitArguments(list)) {
    const parts = argument.exec(text.trim())?.groups;
    if (parts === undefined) return undefined;
    if (parts['mode']?.toLowerCase() !== 'out') types.push(typeSql(parts));
  }
  return types;
}

function typeSql({
  several: words,
  name: dotted = '',
  array: suffix = '',
  ...rest
}: Named): string {
  const dimensions = suffix === '' ? '' : '[]';
  if (words !== undefined) return `${words}${dimensions}`;
  const parts = dotted.match(new RegExp(word, 'gu')) ?? [];
  const lone = parts.length === 1;
  // The only type that is two, depending on its precision.
  if (dotted.toLowerCase() === 'float') return `float${rest['typmod'] ?? ''}${dimensions}`;
  return `${parts.map((part) => quotedWord(part, lone)).join('.')}${dimensions}`;
}

type Named = Readonly<Record<string, string | undefined>>;

/** Folded to lower case and quoted, as PostgreSQL reads it, so that no word is read as SQL. */
function quotedWord(part: string, lone: boolean): string {
  if (part.startsWith('"')) return part;
  const folded = part.toLowerCase();
  return lone && typeWords.has(folded) ? folded : `"${folded}"`;
}

/** At commas outside quotes, parentheses and brackets. */
function splitArguments(list: string): string[] {
  const parts: string[] = [];
  let part = '';
  let depth = 0;
  for (const token of list.match(/"(?:[^"]|"")*"|'(?:[^']|'')*'|./gsu) ?? []) {
    if (token === '(' || token === '[') depth += 1;
    if (token === ')' || token === ']') depth -= 1;
    if (token === ',' && depth === 0) {
      parts.push(part);
      part = '';
    } else {
      part += token;
    }
  }
  return [...parts, part];
}
