import type { RoleConfig, RoleSpec } from '../graph.ts';
import { attributes } from './attributes.ts';
import { matchesAny } from './glob.ts';
import { outsideGroup, outsider } from './role-names.ts';
import { becoming } from '../session-setting.ts';
import type { Rule } from './rule.ts';
import type { Found, Subject } from './subject.ts';
import { allows, quoted } from './violation.ts';

/** Declared and generated roles: names, attributes, settings and sources of passwords. */
export function* roleBounds(rule: Rule, { graph }: Subject): Iterable<Found | undefined> {
  for (const role of graph.roles) {
    yield nameBound(rule, role);
    yield* attributeBounds(rule, role);
    yield* settingBounds(rule, role);
    yield passwordBound(rule, role);
  }
}

/**
 * Undeclared grants of an external role are revoked unless they are preserved, so the role must belong to the tenant.
 */
function nameBound(rule: Rule, { name, external, preserveUndeclaredGrants }: RoleSpec) {
  if (!external) return outsider(rule, name, 'declares role');
  if (preserveUndeclaredGrants) return outsider(rule, name, 'names external role', 'grantees');
  return outsider(rule, name, 'decides what is granted to external role');
}

function attributeBounds({ forbidden_attributes: forbidden = [] }: Rule, role: RoleSpec): Found[] {
  return attributes
    .filter((attribute) => role[attribute] && forbidden.includes(attribute))
    .map((attribute) => ({
      what: `gives role ${quoted(role.name)} ${attribute}`,
      allowed: allows('forbidden_attributes', forbidden),
    }));
}

function settingBounds(rule: Rule, { name, config, databaseConfig }: RoleSpec) {
  return [config, databaseConfig].flatMap((settings) =>
    settings === undefined
      ? []
      : [...parameterBounds(rule, name, settings), ...becomingBounds(rule, name, settings)],
  );
}

/** Undeclared settings are reset, so if none may be set, none may be reset either. */
function parameterBounds({ settings: allowed }: Rule, role: string, config: RoleConfig): Found[] {
  if (allowed === undefined) return [];
  if (allowed.length === 0)
    return [{ what: `decides the settings of role ${quoted(role)}`, allowed: 'settings is empty' }];
  return Object.keys(config)
    .filter((parameter) => !matchesAny(allowed, parameter))
    .map((parameter) => ({
      what: `sets ${parameter} of role ${quoted(role)}`,
      allowed: allows('settings', allowed),
    }));
}

function becomingBounds(rule: Rule, name: string, config: RoleConfig): (Found | undefined)[] {
  return becoming.map((parameter) => {
    const target = config[parameter];
    if (typeof target !== 'string' || target.toLowerCase() === 'none') return undefined;
    return outsideGroup(rule, target, `starts the sessions of role ${quoted(name)} as`);
  });
}

function passwordBound({ password_secrets: allowed }: Rule, { name, password }: RoleSpec) {
  if (allowed === undefined || password === undefined || password.from === 'env') return undefined;
  if (matchesAny(allowed, password.name)) return undefined;
  return {
    what: `keeps the password of role ${quoted(name)} in Secret ${quoted(password.name)}`,
    allowed: allows('password_secrets', allowed),
  };
}
