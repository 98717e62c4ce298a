import { InvalidArgumentError } from 'commander';

const pattern = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

/** Parses the name of a namespace. Throws the error that commander reports for an invalid argument. */
export function namespaceName(text: string): string {
  if (pattern.test(text)) return text;
  throw new InvalidArgumentError(
    'Use at most 63 lowercase letters, digits and hyphens; begin and end with a letter or digit.',
  );
}
