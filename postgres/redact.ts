import { domainToASCII } from 'node:url';
import { visible } from '../core/control-characters.ts';
import { Refusal } from '../core/refusal.ts';
import type { ConnectionTarget } from '../core/connection/target.ts';

export const fromSecret = '(from a Secret)';

/**
 * A refusal without names from Secrets: such a name may be any key of any Secret, also a password. It is removed in
 * every spelling that a server or library may use, and also if it was truncated.
 */
export function withoutHidden(refusal: Refusal, target: ConnectionTarget): Refusal {
  return withoutTexts(withoutPassword(refusal, target), target.hidden ?? [], fromSecret);
}

/**
 * A refusal without the password, which a server may repeat if it got it in clear text. A password that equals a shown
 * name of the connection stays, because leaving it out would reveal that they are equal.
 */
export function withoutPassword(refusal: Refusal, target: ConnectionTarget): Refusal {
  const { password = '', user, database, host, role } = target;
  const isName = [user, database, host, role].includes(password);
  return isName ? refusal : withoutTexts(refusal, [password], '(the password)');
}

/** Returns the same refusal if there is nothing to remove. */
function withoutTexts(refusal: Refusal, hidden: readonly string[], instead: string): Refusal {
  const spelled = [...new Set(hidden.flatMap(spellings))];
  const redacted = (text: string) => withoutNames(text, spelled, instead);
  const { code, message, hint, details } = refusal;
  const left = new Refusal(code, redacted(message), hint, details.map(redacted));
  const isSame = left.message === message && details.every((line, at) => line === left.details[at]);
  return isSame ? refusal : left;
}

/**
 * Spellings: quoted as JSON, as SQL identifier and literal, in a URL, as a DNS name, and with white space collapsed.
 */
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

/** Start and end in a text. */
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

/** Finds a long name by its start, because PostgreSQL truncates names at 63 bytes, and messages are truncated, too. */
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

/** Length of the match with the start of the name, ignoring case. */
function sharedLength(text: string, letters: readonly string[]): number {
  let length = 0;
  for (const letter of letters) {
    const next = text.slice(length, length + letter.length);
    if (next.toLowerCase() !== letter.toLowerCase()) break;
    length += letter.length;
  }
  return length;
}

/** A short name stays if it is part of a word, because removing it would reveal more. */
function wholeWord(name: string): string {
  return `(?<!\\w)${escaped(name)}(?!\\w)`;
}

function escaped(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}
