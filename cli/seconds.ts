import { InvalidArgumentError } from 'commander';

/** What is given as a time to wait. Throws what commander tells of a wrong argument. */
export function seconds(text: string): number {
  if (/^\d{1,5}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It must be a number of seconds.');
}
