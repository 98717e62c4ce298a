import pg from 'pg';
import { Refusal } from '../core/refusal.ts';
import { classifyError } from './classify.ts';
import type { ConnectionTarget } from '../core/connection/target.ts';

const insufficientPrivilege = '42501';

/**
 * Thrown when the server denies reading what this user could read when the connection was opened. A new connection
 * checks again what it may read.
 */
export class CatalogReadDenied extends Refusal {
  constructor({ code, message, hint, details }: Refusal) {
    super(code, message, hint, details);
  }
}

/** Converts an error from reading the catalog to a Refusal. */
export function inspectionFailed(error: unknown, target: ConnectionTarget): Refusal {
  const refusal = classifyError(error, 'inspect', target);
  const isDenied = error instanceof pg.DatabaseError && error.code === insufficientPrivilege;
  return isDenied ? new CatalogReadDenied(refusal) : refusal;
}

/** Reads the catalog within a transaction that writes. Throws Refusal: an error here is not an error of the plan. */
export async function readingCatalog<T>(
  { target }: { readonly target: ConnectionTarget },
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw inspectionFailed(error, target);
  }
}
