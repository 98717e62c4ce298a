import { isProviderRole } from '../authority/provider-roles.ts';
import type { RoleReach } from '../live.ts';
import { thoseWhoReach } from '../authority/reach.ts';
import type { RoleGraph } from '../graph.ts';
import { isNamedInFull } from './connected-role-bounds.ts';
import { matchesAny } from './glob.ts';
import { isBoundPredefined } from './role-names.ts';
import { type RolePlace, rolePlaces } from './role-places.ts';
import type { Attribute, Rule } from './rule.ts';
import type { Found } from './subject.ts';
import { allows, quoted } from './violation.ts';

/** The rights of each role. Without a server: what the policy declares, and the predefined roles of PostgreSQL. */
export interface Powers {
  readonly graph: RoleGraph;
  readonly reach: RoleReach;
  /** Roles of the connection, as the server reports them. */
  readonly connected: readonly string[];
  /** Whether declared roles lose undeclared attributes, which mode additive does not remove. */
  readonly losesAttributes: boolean;
}

/** Roles that a rule forbids to the tenant, and the violation of a place that leads to one of them. */
interface Power {
  readonly roles: readonly string[];
  /** Undefined if the place is allowed, or another bound reports it. */
  readonly found: (place: RolePlace, power: string) => Found | undefined;
}

/**
 * A role that becomes a member of another role, starts sessions as it, may set its password, or makes it run code, gets
 * the rights of that role and its groups: attributes, predefined roles, and the role of the connection.
 */
export function powerBounds(rule: Rule, powers: Powers): Found[] {
  const kept = [
    ...attributePowers(rule, powers),
    ...predefinedPower(rule, powers),
    ...connectedPower(rule, powers),
  ];
  if (kept.every(({ roles }) => roles.length === 0)) return [];
  const places = rolePlaces(powers.graph).filter(
    (place) => place.lends !== undefined && !isNamedInFull(rule, place),
  );
  return kept.flatMap(({ roles, found }) => {
    const reaching = thoseWhoReach(roles, powers);
    return places.flatMap((place) => {
      const power = reaching.get(place.role);
      return power === undefined ? [] : (found(place, power) ?? []);
    });
  });
}

function attributePowers(rule: Rule, powers: Powers): Power[] {
  const { forbidden_attributes: forbidden = [] } = rule;
  const allowed = allows('forbidden_attributes', forbidden);
  return forbidden.map((attribute) => ({
    roles: rolesWith(attribute, rule, powers),
    found: (place, power) => {
      // The declared role's own attributes have been checked.
      if (place.lends === 'declaration' && power === place.role && powers.losesAttributes)
        return undefined;
      return {
        what: `${place.what}, ${through(place, power)}which is equivalent to ${attribute}`,
        allowed,
      };
    },
  }));
}

function rolesWith(attribute: Attribute, rule: Rule, powers: Powers): string[] {
  // A login attribute of a group gives its members nothing.
  if (attribute === 'login') return [];
  const { graph, reach } = powers;
  const own = graph.roles.filter(({ external }) => !external);
  const declared = new Map(own.map((role) => [role.name, role[attribute]]));
  const there = [...reach.values()].filter(
    ({ role, attributes }) =>
      attributes.includes(attribute) && !(powers.losesAttributes && declared.has(role)),
  );
  return [
    ...there.map(({ role }) => role),
    ...own.filter((role) => role[attribute]).map(({ name }) => name),
    ...namesIn(powers).filter((name) => impliedBy(name, rule) === attribute),
  ];
}

/** Every role that the policy or the server names. */
function namesIn({ graph, reach }: Powers): string[] {
  return [...new Set([...rolePlaces(graph).map(({ role }) => role), ...reach.keys()])];
}

/**
 * The attribute that a predefined role amounts to, unless the rule allows it. Access to files and programs of the
 * server is access to the server, and who reads all data reads all password verifiers. Source: PostgreSQL manual, 21.5
 * Predefined Roles.
 */
function impliedBy(name: string, { predefined_roles: allowed = [] }: Rule): Attribute | undefined {
  if (matchesAny(allowed, name)) return undefined;
  if (asSuperuser.has(name)) return 'superuser';
  if (isProviderRole(name) && /superuser|admin$|azuresu/.test(name)) return 'superuser';
  return name === 'pg_create_subscription' ? 'replication' : undefined;
}

const asSuperuser: ReadonlySet<string> = new Set([
  'pg_execute_server_program',
  'pg_read_server_files',
  'pg_write_server_files',
  'pg_read_all_data',
]);

/** The bounds of memberships report the group itself and the role that sessions start as. */
function predefinedPower(rule: Rule, powers: Powers): Power[] {
  const { predefined_roles: allowed } = rule;
  if (allowed === undefined) return [];
  // pg_database_owner cannot be granted: the owner of the database is its member.
  const roles = namesIn(powers).filter(
    (name) =>
      isBoundPredefined(rule, name) && !matchesAny(allowed, name) && name !== 'pg_database_owner',
  );
  const found: Power['found'] = (place, power) => {
    if (place.lends === 'declaration') return undefined;
    if (power === place.role && place.lends !== 'code') return undefined;
    const member = power === place.role ? '' : `, a member of ${quoted(power)}`;
    return { what: `${place.what}${member}`, allowed: allows('predefined_roles', allowed) };
  };
  return [{ roles, found }];
}

function connectedPower(rule: Rule, { connected }: Powers): Power[] {
  if (rule.roles === undefined) return [];
  const found: Power['found'] = (place, power) =>
    power === place.role
      ? undefined
      : {
          what: `${place.what}, a member of ${quoted(power)}`,
          allowed: `${quoted(power)} is a role of its connection`,
        };
  return [{ roles: connected, found }];
}

function through({ role }: RolePlace, power: string): string {
  return power === role ? '' : `a member of ${quoted(power)}, `;
}
