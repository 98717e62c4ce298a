import { InvalidArgumentError } from 'commander';

/** Parses a wait time. Throws the error that commander reports for an invalid argument. */
export function seconds(text: string): number {
  if (/^\d{1,5}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It must be a number of seconds.');
}
