import { invisible, visible } from '../core/control-characters.ts';

const eachInvisible = new RegExp(invisible, 'gu');

/** Text on one line that cannot command a terminal: control characters as `<U+001B>`. Names may hold any. */
export const printable = visible;

/** Text of several lines of which none can. */
export function printableLines(text: string): string {
  return text.split('\n').map(printable).join('\n');
}

/** JSON that a terminal can show: it means the same, with `\u202e` for what `JSON.stringify` leaves as it is. */
export function printableJson(value: unknown): string {
  const text = JSON.stringify(value, undefined, 2);
  return text.replaceAll(eachInvisible, (characters) =>
    characters === '\n' ? characters : unitsOf(characters),
  );
}

/** JSON has no number for a character beyond U+FFFF: it is written as its two halves. */
function unitsOf(character: string): string {
  return character.replaceAll(/[^]/g, (unit) => {
    return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}
