import { grantableTypes } from '../registry.ts';

/** The words for object types that can mean an object that `word` means too, itself first. */
function meetingWords(word: string): readonly string[] {
  const { type, words = {} } = grantableTypes[word] ?? {};
  const subtypes = new Set(words[word]);
  const others = Object.entries(grantableTypes).filter(
    ([other, { type: otherType, words: otherWords = {} }]) =>
      other !== word &&
      otherType === type &&
      (otherWords[other] ?? []).some((subtype) => subtypes.has(subtype)),
  );
  return [word, ...others.map(([other]) => other)];
}

interface Target {
  readonly type: string;
  readonly schema: string | undefined;
  readonly name: string;
}

/** The keys under which an object is stored: see `keysToMeet`. */
export function keysOfTarget({ type, schema, name }: Target): readonly string[] {
  return [name, anyName].map((place) => keyOf(type, schema, place));
}

/**
 * The keys under which to search for what can mean the same object: `*` is every name, and two words may mean objects
 * of one kind.
 */
export function keysToMeet({ type, schema, name }: Target): readonly string[] {
  const places = name === '*' ? [anyName] : [name, '*'];
  return meetingWords(type).flatMap((word) => places.map((place) => keyOf(word, schema, place)));
}

/** No object has such a name, because PostgreSQL allows no NUL. */
const anyName = '\0';

function keyOf(type: string, schema: string | undefined, name: string): string {
  return JSON.stringify([type, schema, name]);
}
