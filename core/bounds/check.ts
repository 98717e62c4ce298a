import { type InParts, finished, forEachInParts } from '../parts.ts';
import type { Refusal } from '../refusal.ts';
import { connectionBounds, connectionSecretBounds } from './connection-bounds.ts';
import type { ConnectionPoint } from './connection-point.ts';
import { grantBounds } from './grant-bounds.ts';
import { membershipBounds } from './membership-bounds.ts';
import { powerBounds } from './power-bounds.ts';
import { systemBounds } from './system-bounds.ts';
import { retirementBounds } from './retirement-bounds.ts';
import { roleBounds } from './role-bounds.ts';
import type { Rule } from './rule.ts';
import type { Found, Subject } from './subject.ts';
import { type Violation, allows, outOfBounds } from './violation.ts';
import { zoneBounds } from './zone-bounds.ts';

/** Everything in a policy that violates the rules, as far as its spec shows. */
export function policyRefusal(rules: readonly Rule[], subject: Subject): Refusal | undefined {
  return finished(policyRefusalInParts(rules, subject));
}

export function* policyRefusalInParts(
  rules: readonly Rule[],
  subject: Subject,
): InParts<Refusal | undefined> {
  const violations: Violation[] = [];
  for (const rule of rules) {
    for (const check of policyChecks) {
      yield* forEachInParts(check(rule, subject, rules), (found) => {
        if (found !== undefined) violations.push({ rule: rule.name, ...found });
      });
      yield;
    }
  }
  return outOfBounds(violations);
}

type PolicyCheck = (
  rule: Rule,
  subject: Subject,
  rules: readonly Rule[],
) => Iterable<Found | undefined>;

const policyChecks: readonly PolicyCheck[] = [
  connectionSecretBounds,
  (rule, subject, rules) => zoneBounds(rule, rules, subject),
  (rule, subject, rules) => identityBounds(rule, rules, subject),
  (rule, subject) => (subject.leaving === undefined ? modeBounds(rule, subject) : []),
  roleBounds,
  membershipBounds,
  grantBounds,
  retirementBounds,
  (rule, { graph }) =>
    powerBounds(rule, { graph, reach: new Map(), connected: [], losesAttributes: true }),
  (rule, { graph }) => systemBounds(rule, graph),
];

/** The same for the policy's connection. */
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

/**
 * A cloud identity belongs to the worker, not to the tenant, who could send its token to his own server or log in as
 * any role. So the bounds of a namespace must say which servers and roles a connection with it may use.
 */
function identityBounds(
  rule: Rule,
  rules: readonly Rule[],
  { spec }: Pick<Subject, 'spec'>,
): Found[] {
  const type = spec?.connection.params?.auth?.type;
  if (type === undefined) return [];
  const what = `logs in with the cloud identity ${type}`;
  const { cloud_identities: allowed } = rule;
  if (allowed?.includes(type) === false) {
    return [{ what, allowed: allows('cloud_identities', allowed) }];
  }
  const missing = (['hosts', 'connected_roles'] as const).filter((field) =>
    rules.every((each) => each[field] === undefined),
  );
  // This is about all rules of the namespace together, so only the first one reports it.
  if (rule !== rules[0] || missing.length === 0) return [];
  return [{ what, allowed: `no rule about the namespace has ${missing.join(' or ')}` }];
}
