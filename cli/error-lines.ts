import { printable } from './printable.ts';

interface ReportedError {
  readonly code: string;
  readonly message: string;
  readonly hint: string;
}

/** The error of a policy, with the hint on the next line. */
export function errorLines(policy: string, { code, message, hint }: ReportedError): string {
  return `${printable(`${policy}: ${code}: ${message}`)}\n  ${printable(hint)}\n`;
}
