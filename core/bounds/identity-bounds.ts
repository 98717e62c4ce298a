import type { Rule } from './rule.ts';
import type { Found, Subject } from './subject.ts';
import { allows } from './violation.ts';

/**
 * A cloud identity belongs to the worker, not to the tenant, who could send its token to his own server or log in as
 * any role. So the bounds of a namespace must say which servers and roles a connection with it may use.
 */
export function identityBounds(
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
