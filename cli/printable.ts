import { invisible, visible } from '../core/control-characters.ts';

const eachInvisible = new RegExp(invisible, 'gu');

/** Text on one line that cannot control a terminal: control characters become `<U+001B>`. Names can contain any. */
export const printable = visible;

/** The same for text of several lines. */
export function printableLines(text: string): string {
  return text.split('\n').map(printable).join('\n');
}

/** JSON that is safe for a terminal: invisible characters that `JSON.stringify` keeps become escapes such as `\u202e`. */
export function printableJson(value: unknown): string {
  const text = JSON.stringify(value, undefined, 2);
  return text.replaceAll(eachInvisible, (characters) =>
    characters === '\n' ? characters : unitsOf(characters),
  );
}

/** JSON escapes a character above U+FFFF as two surrogates. */
function unitsOf(character: string): string {
  return character.replaceAll(/[^]/g, (unit) => {
    return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}
