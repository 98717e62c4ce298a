/**
 * Characters that have no place in a name or setting: control characters end a field of PostgreSQL's protocol or a line
 * of a log, and overrides of the writing direction make a plan look like another one.
 * Source: Unicode categories Cc, Zl and Zp; bidirectional embeddings, overrides and isolates of UAX #9.
 */
const forbidden = /[\p{Cc}\p{Zl}\p{Zp}\p{Surrogate}\u202a-\u202e\u2066-\u2069]/u;

/** The same in text of several lines, as a remark. */
const forbiddenInLines = /(?![\t\n])[\p{Cc}\p{Zl}\p{Zp}\p{Surrogate}\u202a-\u202e\u2066-\u2069]/u;

/** What a password cannot hold: PostgreSQL ends it there, or cannot encode it. */
const forbiddenInPassword = /[\0\p{Surrogate}]/u;

const patterns = {
  name: forbidden,
  lines: forbiddenInLines,
  password: forbiddenInPassword,
} as const;

/** What is wrong with a text of that purpose, to follow its path. Undefined for a text that is right. */
export function characterProblem(text: string, purpose: keyof typeof patterns): string | undefined {
  const [character] = patterns[purpose].exec(text) ?? [];
  if (character === undefined) return undefined;
  if (forbiddenInPassword.test(character)) {
    return 'holds a NUL character or half a surrogate pair, which PostgreSQL cannot store';
  }
  return `holds ${codePoint(character)}, a control character: remove it`;
}

/**
 * Characters that a terminal obeys, or does not show: names in a database may hold any but NUL. Whoever reads a plan must
 * see them. Source: Unicode categories Cc, Cf, with all that sets the writing direction, Zl and Zp.
 */
export const invisible = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Surrogate}]/u;

const eachInvisible = new RegExp(invisible, 'gu');

/** The text on one line with each such character as its number, so that a message can repeat it. */
export function visible(text: string): string {
  return text.replaceAll(eachInvisible, (character) => `<${codePoint(character)}>`);
}

function codePoint(character: string): string {
  const hex = (character.codePointAt(0) ?? 0).toString(16).toUpperCase();
  return `U+${hex.padStart(4, '0')}`;
}
