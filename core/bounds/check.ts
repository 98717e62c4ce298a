import type { Refusal } from '../refusal.ts';
import {
  connectionBounds,
  connectionSecretBounds,
  type ConnectionPoint,
} from './connection-bounds.ts';
import { grantBounds } from './grant-bounds.ts';
import { identityBounds } from './identity-bounds.ts';
import { membershipBounds } from './membership-bounds.ts';
import { powerBounds } from './power-bounds.ts';
import { systemBounds } from './system-bounds.ts';
import { retirementBounds } from './retirement-bounds.ts';
import { roleBounds } from './role-bounds.ts';
import type { Rule } from './rule.ts';
import type { Found, Subject } from './subject.ts';
import { allows, outOfBounds } from './violation.ts';

/** All that a policy does beyond the rules, as far as it says so itself. */
export function policyRefusal(rules: readonly Rule[], subject: Subject): Refusal | undefined {
  return refusalOf(rules, (rule) => [
    ...connectionSecretBounds(rule, subject),
    ...identityBounds(rule, rules, subject),
    ...(subject.leaving === undefined ? modeBounds(rule, subject) : []),
    ...roleBounds(rule, subject),
    ...membershipBounds(rule, subject),
    ...grantBounds(rule, subject),
    ...retirementBounds(rule, subject),
    ...powerBounds(rule, {
      graph: subject.graph,
      reach: new Map(),
      connected: [],
      losesAttributes: true,
    }),
    ...systemBounds(rule, subject.graph),
  ]);
}

/** The same for where its connection leads to. */
export function connectionRefusal(
  rules: readonly Rule[],
  subject: Subject,
  point: ConnectionPoint,
): Refusal | undefined {
  return refusalOf(rules, (rule) => connectionBounds(rule, subject, point));
}

export function refusalOf(
  rules: readonly Rule[],
  check: (rule: Rule) => readonly (Found | undefined)[],
): Refusal | undefined {
  const violations = rules.flatMap((rule) =>
    check(rule).flatMap((found) => (found === undefined ? [] : [{ rule: rule.name, ...found }])),
  );
  return outOfBounds(violations);
}

function modeBounds(rule: Rule, { spec }: Subject): Found[] {
  if (spec === undefined) return [];
  const { mode, reconciliation_mode: reconciliation } = spec;
  const { modes, reconciliation_modes: reconciliations } = rule;
  return [
    ...(modes === undefined || modes.includes(mode)
      ? []
      : [{ what: `has mode ${mode}`, allowed: allows('modes', modes) }]),
    ...(reconciliations === undefined || reconciliations.includes(reconciliation)
      ? []
      : [
          {
            what: `has reconciliation_mode ${reconciliation}`,
            allowed: allows('reconciliation_modes', reconciliations),
          },
        ]),
  ];
}
