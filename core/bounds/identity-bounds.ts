import type { Rule } from './rule.ts';
import type { Found, Subject } from './subject.ts';
import { allows } from './violation.ts';

/**
 * A cloud identity is that of the worker, not of the tenant, who could send its token to a server of his own or log in as anybody.
 * Where a namespace has bounds, these have to say where a connection with it may lead to, and as whom.
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
  // It is about all rules of the namespace together: the first one says it.
  if (rule !== rules[0] || missing.length === 0) return [];
  return [{ what, allowed: `no rule about the namespace has ${missing.join(' or ')}` }];
}
