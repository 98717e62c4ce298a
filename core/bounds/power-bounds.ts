import { isProviderRole } from '../authority/provider-roles.ts';
import type { RoleReach } from '../authority/reach.ts';
import { thoseWhoReach } from '../authority/reach.ts';
import type { RoleGraph } from '../graph.ts';
import { isNamedInFull } from './connected-role-bounds.ts';
import { matchesAny } from './glob.ts';
import { isBoundPredefined } from './role-names.ts';
import type { RolePlace } from './role-places.ts';
import { rolePlaces } from './role-places.ts';
import type { Attribute, Rule } from './rule.ts';
import type { Found } from './subject.ts';
import { allows, quoted } from './violation.ts';

/** Which roles have which power. Without a server, what the policy itself declares and what PostgreSQL brings. */
export interface Powers {
  readonly graph: RoleGraph;
  readonly reach: RoleReach;
  /** Roles of the connection, as the server knows them. */
  readonly connected: readonly string[];
  /** Whether declared roles lose attributes that are not declared: a mode that only adds leaves them. */
  readonly losesAttributes: boolean;
}

/** Roles that a rule keeps from the tenant, and what is wrong with a place from which one of them is reached. */
interface Power {
  readonly roles: readonly string[];
  /** Undefined where a place is right after all, or another bound says it. */
  readonly found: (place: RolePlace, power: string) => Found | undefined;
}

/**
 * Whoever becomes a member of a role, starts sessions as it, may set its password, or has code run as it, has what that role
 * and its groups have: attributes, predefined roles, and the connection's own role.
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
      // What a declared role is itself has been looked at.
      if (place.lends === 'declaration' && power === place.role && powers.losesAttributes)
        return undefined;
      return {
        what: `${place.what}, ${through(place, power)}which is as good as ${attribute}`,
        allowed,
      };
    },
  }));
}

function rolesWith(attribute: Attribute, rule: Rule, powers: Powers): string[] {
  // Nobody can log in by what a group is.
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

/** Every role that the policy or the server named. */
function namesIn({ graph, reach }: Powers): string[] {
  return [...new Set([...rolePlaces(graph).map(({ role }) => role), ...reach.keys()])];
}

/**
 * What a predefined role is as good as, unless the rule lets it in: files and programs of the server are the server, and
 * who reads all data reads the verifiers of all passwords. Source: PostgreSQL manual, 21.5 Predefined Roles.
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

/** Of a group itself, and of the role that sessions start as, the bounds of memberships say it. */
function predefinedPower(rule: Rule, powers: Powers): Power[] {
  const { predefined_roles: allowed } = rule;
  if (allowed === undefined) return [];
  // Nobody is granted pg_database_owner: the owner of the database has it.
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
