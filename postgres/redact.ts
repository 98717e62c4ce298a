import { domainToASCII } from 'node:url';
import { visible } from '../core/control-characters.ts';
import { Refusal } from '../core/refusal.ts';
import type { ConnectionTarget } from './contract.ts';

export const fromSecret = '(from a Secret)';

/**
 * A refusal without the names that came from Secrets: such a name may be any key of any Secret, as a password. It is left out in
 * every spelling a server or library may give it, and where it was cut off.
 */
export function withoutHidden(refusal: Refusal, target: ConnectionTarget): Refusal {
  return withoutTexts(withoutPassword(refusal, target), target.hidden ?? [], fromSecret);
}

/**
 * A refusal without the password, which a server that was sent it in clear text may repeat. One that is also a shown name of the
 * connection stays: left out, it would show as that name.
 */
export function withoutPassword(refusal: Refusal, target: ConnectionTarget): Refusal {
  const { password = '', user, database, host, role } = target;
  const isName = [user, database, host, role].includes(password);
  return isName ? refusal : withoutTexts(refusal, [password], '(the password)');
}

/** The same refusal where there is nothing to leave out. */
function withoutTexts(refusal: Refusal, hidden: readonly string[], instead: string): Refusal {
  const spelled = [...new Set(hidden.flatMap(spellings))];
  const redacted = (text: string) => withoutNames(text, spelled, instead);
  const { code, message, hint, details } = refusal;
  const left = new Refusal(code, redacted(message), hint, details.map(redacted));
  const isSame = left.message === message && details.every((line, at) => line === left.details[at]);
  return isSame ? refusal : left;
}

/** In quotes of JSON, of SQL identifiers and literals, in a URL, as a name of DNS, with its white space made one blank. */
function spellings(name: string): readonly string[] {
  const spelled = [
    name,
    JSON.stringify(name).slice(1, -1),
    name.replaceAll('"', '""'),
    name.replaceAll("'", "''"),
    encodeURIComponent(name.replaceAll(/\p{Surrogate}/gu, '')),
    domainToASCII(name),
    name.replaceAll(/\s+/g, ' '),
    name.trim(),
    visible(name.replaceAll(/\s+/g, ' ')),
  ];
  return spelled.filter((each) => each !== '');
}

/** From and until where in a text. */
type Span = readonly [from: number, until: number];

function withoutNames(text: string, names: readonly string[], instead: string): string {
  const spans = names.flatMap((name) => spansOf(name, text)).sort(([a], [b]) => a - b);
  let [left, done] = ['', 0];
  for (const [from, until] of spans) {
    if (from >= done) left += text.slice(done, from) + instead;
    done = Math.max(done, until);
  }
  return left + text.slice(done);
}

/** A longer name is found by its beginning: PostgreSQL cuts names at 63 bytes, and messages have a length of their own. */
const beginning = 8;

function spansOf(name: string, text: string): Span[] {
  const letters = Array.from(name);
  const isLong = letters.length > beginning;
  const pattern = isLong ? escaped(letters.slice(0, beginning).join('')) : wholeWord(name);
  return Array.from(text.matchAll(new RegExp(pattern, 'giu')), ({ 0: found, index }) => {
    const length = isLong ? sharedLength(text.slice(index), letters) : found.length;
    return [index, index + length];
  });
}

/** How much of the text is the beginning of the name, whatever its case. */
function sharedLength(text: string, letters: readonly string[]): number {
  let length = 0;
  for (const letter of letters) {
    const next = text.slice(length, length + letter.length);
    if (next.toLowerCase() !== letter.toLowerCase()) break;
    length += letter.length;
  }
  return length;
}

/** A short name is left where it is a part of a word, of which it would tell more by its absence. */
function wholeWord(name: string): string {
  return `(?<!\\w)${escaped(name)}(?!\\w)`;
}

function escaped(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}
