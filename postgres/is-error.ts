import { types } from 'node:util';

/** Also true for errors of Node.js itself when our code runs in another realm, as under jest. */
export function isError(value: unknown): value is Error {
  return value instanceof Error || types.isNativeError(value);
}
