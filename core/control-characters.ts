/**
 * Characters that are not allowed in a name or setting. Control characters end a field of PostgreSQL's protocol or a
 * line of a log, and bidirectional overrides make one plan look like another. Source: Unicode categories Cc, Zl and Zp;
 * bidirectional embeddings, overrides and isolates of UAX #9.
 */
const forbidden = /[\p{Cc}\p{Zl}\p{Zp}\p{Surrogate}\u202a-\u202e\u2066-\u2069]/u;

/** The same for text of several lines, e.g. a comment. */
const forbiddenInLines = /(?![\t\n])[\p{Cc}\p{Zl}\p{Zp}\p{Surrogate}\u202a-\u202e\u2066-\u2069]/u;

/** Characters that a password cannot contain: PostgreSQL ends the password there, or cannot encode it. */
const forbiddenInPassword = /[\0\p{Surrogate}]/u;

const patterns = {
  name: forbidden,
  lines: forbiddenInLines,
  password: forbiddenInPassword,
} as const;

/**
 * The problem with a text of that purpose, as the end of a sentence that starts with its path. Undefined if there is
 * none.
 */
export function characterProblem(text: string, purpose: keyof typeof patterns): string | undefined {
  const [character] = patterns[purpose].exec(text) ?? [];
  if (character === undefined) return undefined;
  if (forbiddenInPassword.test(character)) {
    return 'contains a NUL character or half a surrogate pair, which PostgreSQL cannot store';
  }
  return `contains ${codePoint(character)}, a control character: remove it`;
}

/**
 * Characters that a terminal interprets or does not show. A name in a database can contain all but NUL, and a person
 * who reads a plan must see them. Source: Unicode categories Cc, Cf (which includes all bidirectional controls), Zl and
 * Zp.
 */
export const invisible = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Surrogate}]/u;

const eachInvisible = new RegExp(invisible, 'gu');

/** The text on one line, with each such character replaced by its number, so that a message can quote it. */
export function visible(text: string): string {
  return text.replaceAll(eachInvisible, (character) => `<${codePoint(character)}>`);
}

function codePoint(character: string): string {
  const hex = (character.codePointAt(0) ?? 0).toString(16).toUpperCase();
  return `U+${hex.padStart(4, '0')}`;
}
