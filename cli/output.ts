import { printable } from './printable.ts';

/** An output stream that can be a terminal. */
type Stream = Pick<NodeJS.WriteStream, 'isTTY' | 'write'>;

/** The control characters that our own output uses: line ends, tabs of tables, and on a terminal the colors of paint.ts. */
const allowed = /([\n\t])/;
const escape = '\u001b';
const allowedOnTerminal = new RegExp(`([\\n\\t]|${escape}\\[(?:[0-2]|22|3[12369])m)`);

/** Writes results. */
export function writeOut(text: string): void {
  writeTo(process.stdout, text);
}

/** Writes messages that are not results. */
export function writeErr(text: string): void {
  writeTo(process.stderr, text);
}

/**
 * Every text of the command line passes through here, so that no text from outside can control the terminal. The caller
 * prevents unwanted line breaks: see `printable`.
 */
export function writeTo(stream: Stream, text: string): void {
  const parts = text.split(stream.isTTY ? allowedOnTerminal : allowed);
  stream.write(parts.map((part, index) => (index % 2 === 1 ? part : printable(part))).join(''));
}
