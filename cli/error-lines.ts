import { printable } from './printable.ts';

interface ReportedError {
  readonly code: string;
  readonly message: string;
  readonly hint: string;
}

/** What is wrong with a policy, and below it what to do. */
export function errorLines(policy: string, { code, message, hint }: ReportedError): string {
  return `${printable(`${policy}: ${code}: ${message}`)}\n  ${printable(hint)}\n`;
}
