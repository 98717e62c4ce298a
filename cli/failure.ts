import type { Refusal } from '../core/refusal.ts';
import { paintFor } from './paint.ts';
import { printable, printableLines } from './printable.ts';
import { writeErr } from './output.ts';

const usageExit = 64; // EX_USAGE of sysexits.h

/**
 * Reports an error to the user, and returns its exit code: 64 for wrong usage, else 1.
 *
 * The last line on stderr is `error: <Code>: <message>`. The line before it is the hint. The details are above.
 */
export function reportFailure(error: unknown): number {
  writeErr(failureText(error));
  return isRefusal(error) && error.code === 'Usage' ? usageExit : 1;
}

function failureText(error: unknown): string {
  const { code, message, hint, details } = isRefusal(error) ? error : defect(error);
  const paint = paintFor(process.stderr);
  const lines = [
    ...details.filter((detail) => detail !== message).map(indented),
    `${paint.yellow('hint:')} ${oneLine(hint)}`,
    `${paint.red('error:')} ${code}: ${oneLine(message)}`,
  ];
  return lines.map((line) => `${line}\n`).join('');
}

/** Checks the shape, because the bundle and the separate modules have different classes `Refusal`. */
export function isRefusal(error: unknown): error is Refusal {
  return error instanceof Error && error.name === 'Refusal';
}

function defect(error: unknown): Pick<Refusal, 'code' | 'message' | 'hint' | 'details'> {
  const { message, stack = '' } = error instanceof Error ? error : new Error(String(error));
  const hint = 'This is a bug in pgwarden: please report it with the lines above.';
  return { code: 'Internal', message, hint, details: stack.split('\n') };
}

function oneLine(text: string): string {
  return printable(text.replaceAll(/\s+/g, ' ').trim());
}

/** Indents the second and later lines of a detail, so that they differ from the next detail. */
function indented(detail: string): string {
  return printableLines(detail).replaceAll('\n', '\n  ');
}
