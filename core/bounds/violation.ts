import { listed } from '../listed.ts';
import { Refusal } from '../refusal.ts';

/** What a policy does although a rule forbids it. */
export interface Violation {
  readonly rule: string;
  /** The forbidden action in words, e.g. `grants to role "ben"`. */
  readonly what: string;
  /** The field of the rule, and what it allows, e.g. `roles are shop-*`. */
  readonly allowed: string;
}

/** All violations as one refusal; undefined if there are none. */
export function outOfBounds(violations: readonly Violation[]): Refusal | undefined {
  const details = [...new Set(violations.map(lineOf))];
  const [first, ...others] = details;
  if (first === undefined) return undefined;
  const more = others.length > 0 ? ` (and ${String(others.length)} more)` : '';
  const hint = 'Stay within the rule, or ask the platform team to extend it.';
  return new Refusal('PolicyOutOfBounds', `${first}${more}`, hint, details);
}

function lineOf({ rule, what, allowed }: Violation): string {
  return `rule ${rule}: ${what}, but ${allowed}`;
}

const mostNamed = 8;

/** `roles are shop-*, app`, or `groups is empty`. */
export function allows(field: string, names: readonly string[]): string {
  return names.length === 0 ? `${field} is empty` : `${field} are ${listed(names, mostNamed)}`;
}

export function quoted(name: string): string {
  return JSON.stringify(name);
}
