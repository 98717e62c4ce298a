import type { DefaultPrivilegeSpec, GrantSpec } from '../graph.ts';
import { everyone } from '../public.ts';
import {
  isDatabase,
  objectBounds,
  ownerBounds,
  privilegeBound,
  schemaBound,
  typeBound,
} from './object-bounds.ts';
import { isSurelyTenants, outsideGrantee, outsider } from './role-names.ts';
import type { Rule } from './rule.ts';
import type { Found, Subject } from './subject.ts';
import { allows, quoted } from './violation.ts';

/** Grants, default privileges, and who owns what. */
export function* grantBounds(rule: Rule, subject: Subject): Iterable<Found | undefined> {
  const { grants, defaultPrivileges, ownerships, schemas } = subject.graph;
  for (const grant of grants) yield* grantBound(rule, grant, subject);
  for (const entry of defaultPrivileges) yield* defaultBound(rule, entry, subject);
  for (const { owner, object } of ownerships) {
    yield* objectBounds(rule, object, 'gives away');
    yield* ownerBounds(rule, owner, object.type, `gives ${object.type}s to role`);
  }
  for (const { name, owner } of schemas) {
    yield schemaBound(rule, name, 'declares schema');
    yield typeBound(rule, 'schema', 'declares');
    if (owner !== undefined)
      yield* ownerBounds(rule, owner, 'schema', `gives schema ${quoted(name)} to role`);
  }
}

function grantBound(rule: Rule, grant: GrantSpec, subject: Subject): (Found | undefined)[] {
  const { role, privileges, object, ensure } = grant;
  if (ensure === 'absent') {
    if (isSurelyTenants(rule, role, subject)) return [];
    return [losingBound(rule, role), ...objectBounds(rule, object, 'takes away privileges on')];
  }
  return [
    outsideGrantee(rule, role, 'grants to'),
    ...(isEntrance(grant)
      ? [typeBound(rule, object.type, 'grants on')]
      : objectBounds(rule, object, 'grants on')),
    privilegeBound(rule, object.type, privileges, 'grants'),
    optionBound(rule, grant),
  ];
}

/** CONNECT on a database is allowed for roles that have something in its schemas. CREATE on it is not. */
function isEntrance({ object, privileges }: GrantSpec): boolean {
  return isDatabase(object) && privileges.every((name) => entrancePrivileges.has(name));
}

export const entrancePrivileges: ReadonlySet<string> = new Set(['CONNECT', 'TEMPORARY']);

/** PUBLIC may lose privileges on objects of the tenant, because that harms no other tenant. */
function losingBound(rule: Rule, name: string): Found | undefined {
  return name === everyone ? undefined : outsider(rule, name, 'takes from role', 'grantees');
}

function optionBound(
  { allow_grant_option: allowed = true }: Rule,
  { grantable, ensure }: Pick<GrantSpec, 'grantable' | 'ensure'>,
): Found | undefined {
  if (!grantable || allowed || ensure === 'absent') return undefined;
  return { what: 'grants with grant option', allowed: 'allow_grant_option is false' };
}

function defaultBound(rule: Rule, entry: DefaultPrivilegeSpec, subject: Subject) {
  const { owner, grantee, onType, privileges, ensure } = entry;
  if (ensure === 'absent' && isSurelyTenants(rule, grantee, subject)) return [];
  const isGiven = ensure === 'present';
  return [
    outsider(rule, owner, 'sets default privileges of role', 'default_privilege_owners'),
    isGiven ? outsideGrantee(rule, grantee, 'grants by default to') : losingBound(rule, grantee),
    typeBound(rule, onType, 'sets default privileges on'),
    defaultPlaceBound(rule, entry),
    isGiven ? privilegeBound(rule, onType, privileges, 'grants by default') : undefined,
    optionBound(rule, entry),
  ];
}

function defaultPlaceBound(rule: Rule, { schema }: DefaultPrivilegeSpec): Found | undefined {
  const what = 'sets default privileges in';
  if (schema !== undefined) return schemaBound(rule, schema, `${what} schema`);
  if (rule.schemas === undefined) return undefined;
  return { what: `${what} every schema`, allowed: allows('schemas', rule.schemas) };
}
