import type { Refusal } from '../core/refusal.ts';
import { paint } from './paint.ts';
import { printable, printableLines } from './printable.ts';
import { writeErr } from './output.ts';

const usageExit = 64; // EX_USAGE of sysexits.h

/**
 * Tells the user what went wrong, and returns the exit code for it: 64 for wrong usage, else 1.
 *
 * The last line on stderr is `error: <Code>: <message>`, the line before it the hint, everything else above.
 */
export function reportFailure(error: unknown): number {
  writeErr(failureText(error));
  return isRefusal(error) && error.code === 'Usage' ? usageExit : 1;
}

function failureText(error: unknown): string {
  const { code, message, hint, details } = isRefusal(error) ? error : defect(error);
  const lines = [
    ...details.filter((detail) => detail !== message).map(indented),
    `${paint.yellow('hint:')} ${oneLine(hint)}`,
    `${paint.red('error:')} ${code}: ${oneLine(message)}`,
  ];
  return lines.map((line) => `${line}\n`).join('');
}

/** By its shape: the bundle of this program and the modules beside it have one class `Refusal` each. */
export function isRefusal(error: unknown): error is Refusal {
  return error instanceof Error && error.name === 'Refusal';
}

function defect(error: unknown): Pick<Refusal, 'code' | 'message' | 'hint' | 'details'> {
  const { message, stack = '' } = error instanceof Error ? error : new Error(String(error));
  const hint = 'This is a defect of pgwarden: please report it with the lines above.';
  return { code: 'Internal', message, hint, details: stack.split('\n') };
}

function oneLine(text: string): string {
  return printable(text.replaceAll(/\s+/g, ' ').trim());
}

/** Its further lines are seen to be its own. */
function indented(detail: string): string {
  return printableLines(detail).replaceAll('\n', '\n  ');
}
