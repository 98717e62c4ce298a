import pg from 'pg';
import { Refusal } from '../core/refusal.ts';
import { classifyError } from './classify.ts';
import type { ConnectionTarget } from '../core/connection/target.ts';

const insufficientPrivilege = '42501';

/**
 * Thrown when the server denies reading what this user could read when the connection was opened. A new connection
 * checks again what it may read.
 */
export class SightLost extends Refusal {
  constructor({ code, message, hint, details }: Refusal) {
    super(code, message, hint, details);
  }
}

/** Converts an error from reading the catalog to a Refusal. */
export function inspectionFailed(error: unknown, target: ConnectionTarget): Refusal {
  const refusal = classifyError(error, 'inspect', target);
  const isDenied = error instanceof pg.DatabaseError && error.code === insufficientPrivilege;
  return isDenied ? new SightLost(refusal) : refusal;
}
