import { InvalidArgumentError } from 'commander';

const pattern = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

/** What is given as the name of a namespace. Throws what commander tells of a wrong argument. */
export function namespaceName(text: string): string {
  if (pattern.test(text)) return text;
  throw new InvalidArgumentError('No namespace can have that name.');
}
