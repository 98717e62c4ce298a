import type { ErrorCode } from './error-codes.ts';

/**
 * An error that the user can act on. It is the only error class of pgwarden.
 *
 * `code` is one of `errorCodes` and has a heading in docs/errors.md. `message` says what happened and where, and never
 * contains a secret. `hint` says what to do. `details` are further lines about the same error. A workflow treats a
 * refusal as data and does not crash.
 */
export class Refusal extends Error {
  readonly code: ErrorCode;
  readonly hint: string;
  readonly details: readonly string[];

  constructor(code: ErrorCode, message: string, hint: string, details: readonly string[] = []) {
    super(message);
    this.name = 'Refusal';
    this.code = code;
    this.hint = hint;
    this.details = details;
  }
}

/** A refusal as plain data, for results that cross a process boundary. */
export interface RefusalRecord {
  readonly code: ErrorCode;
  readonly message: string;
  readonly hint: string;
}

export function refusalRecord({ code, message, hint }: Refusal): RefusalRecord {
  return { code, message, hint };
}
