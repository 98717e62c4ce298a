import { defaultZone, zoneOf } from '../manifest/zone.ts';
import type { Refusal } from '../refusal.ts';
import { matchesAny } from './glob.ts';
import type { Rule } from './rule.ts';
import type { Found, Subject } from './subject.ts';
import { allows, outOfBounds, quoted } from './violation.ts';

type Zoned = Pick<Subject, 'spec'>;

/**
 * The worker of a zone reaches networks that the namespace has no other way into. So a namespace with any rule needs one
 * that allows the zone. Without such a rule, it has only the default zone.
 */
export function zoneBounds(rule: Rule, rules: readonly Rule[], { spec }: Zoned): Found[] {
  if (spec === undefined) return [];
  const zone = zoneOf(spec);
  const what = `uses zone ${quoted(zone)}`;
  if (rule.zones !== undefined)
    return matchesAny(rule.zones, zone) ? [] : [{ what, allowed: allows('zones', rule.zones) }];
  // This is about all rules of the namespace together, so only the first one reports it.
  const isUnmentioned = rules.every(({ zones }) => zones === undefined);
  if (zone === defaultZone || rule !== rules[0] || !isUnmentioned) return [];
  return [{ what, allowed: 'no rule about the namespace has zones' }];
}

/** The violation of the zone alone, before the policy is given to a worker of that zone. */
export function zoneRefusal(rules: readonly Rule[], subject: Zoned): Refusal | undefined {
  const violations = rules.flatMap((rule) =>
    zoneBounds(rule, rules, subject).map((found) => ({ rule: rule.name, ...found })),
  );
  return outOfBounds(violations);
}
