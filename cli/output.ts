import { printable } from './printable.ts';

/** Where a terminal may be. */
type Stream = Pick<NodeJS.WriteStream, 'isTTY' | 'write'>;

/** Line ends, the tabs between the columns of a table in a pipe, and on a terminal the colours of paint.ts. */
const ours = /([\n\t])/;
const escape = '\u001b';
const oursOnTerminal = new RegExp(`([\\n\\t]|${escape}\\[(?:[0-2]|22|3[12369])m)`);

/** Writes results. */
export function writeOut(text: string): void {
  writeTo(process.stdout, text);
}

/** Writes what is said beside the results. */
export function writeErr(text: string): void {
  writeTo(process.stderr, text);
}

/**
 * All that the command line writes goes through here, so that nothing commands the terminal, whoever wrote it. That no
 * text makes lines of its own is up to who composes them: see `printable`.
 */
export function writeTo(stream: Stream, text: string): void {
  const parts = text.split(stream.isTTY ? oursOnTerminal : ours);
  stream.write(parts.map((part, index) => (index % 2 === 1 ? part : printable(part))).join(''));
}
