import { isProviderRole } from '../authority/provider-roles.ts';
import type { RoleReach } from '../authority/reach.ts';
import { reachOf } from '../authority/reach.ts';
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
}

/**
 * Whoever becomes a member of a role, starts sessions as it, may set its password, or has code run as it, has what that role
 * and its groups have: attributes, predefined roles, and the connection's own role.
 */
export function powerBounds(rule: Rule, powers: Powers): Found[] {
  if (
    rule.roles === undefined &&
    rule.forbidden_attributes === undefined &&
    rule.predefined_roles === undefined
  )
    return [];
  return rolePlaces(powers.graph)
    .filter((place) => place.lends !== undefined && !isNamedInFull(rule, place))
    .flatMap((place) => {
      const reached = [...reachOf(place.role, powers)];
      return [
        ...reached.flatMap((name) => attributeFound(rule, place, name, powers)),
        ...reached.flatMap((name) => predefinedFound(rule, place, name)),
        ...reached.flatMap((name) => connectedFound(rule, place, name, powers)),
      ];
    });
}

function attributeFound(rule: Rule, place: RolePlace, name: string, powers: Powers): Found[] {
  const { forbidden_attributes: forbidden = [] } = rule;
  // What a declared role is itself has been looked at.
  const isItself = place.lends === 'declaration' && name === place.role;
  const had = isItself ? [] : attributesOf(name, rule, powers);
  return had
    .filter((attribute) => forbidden.includes(attribute))
    .map((attribute) => ({
      what: `${place.what}, ${through(place, name)}which is as good as ${attribute}`,
      allowed: allows('forbidden_attributes', forbidden),
    }));
}

function attributesOf(name: string, rule: Rule, { graph, reach }: Powers): readonly Attribute[] {
  const declared = graph.roles.find((role) => role.name === name && !role.external);
  const own = declared
    ? lasting.filter((attribute) => declared[attribute])
    : (reach.get(name)?.attributes ?? []);
  return [...new Set([...own, ...impliedBy(name, rule)])];
}

/** Attributes that a member of the role can use by becoming it. */
const lasting = ['superuser', 'createdb', 'createrole', 'replication', 'bypassrls'] as const;

/**
 * What a predefined role is as good as, unless the rule lets it in: files and programs of the server are the server, and
 * who reads all data reads the verifiers of all passwords. Source: PostgreSQL manual, 21.5 Predefined Roles.
 */
function impliedBy(name: string, { predefined_roles: allowed = [] }: Rule): readonly Attribute[] {
  if (matchesAny(allowed, name)) return [];
  if (asSuperuser.has(name)) return ['superuser'];
  if (isProviderRole(name) && /superuser|admin$|azuresu/.test(name)) return ['superuser'];
  return name === 'pg_create_subscription' ? ['replication'] : [];
}

const asSuperuser: ReadonlySet<string> = new Set([
  'pg_execute_server_program',
  'pg_read_server_files',
  'pg_write_server_files',
  'pg_read_all_data',
]);

/** By way of another group: of the role itself the bounds of memberships say it. */
function predefinedFound(rule: Rule, place: RolePlace, name: string): Found[] {
  const { predefined_roles: allowed = [] } = rule;
  if (place.lends === 'declaration' || name === place.role) return [];
  // Nobody is granted that one: the owner of the database has it.
  if (name === 'pg_database_owner' || !isBoundPredefined(rule, name) || matchesAny(allowed, name))
    return [];
  const what = `${place.what}, a member of ${quoted(name)}`;
  return [{ what, allowed: allows('predefined_roles', allowed) }];
}

function connectedFound(
  rule: Rule,
  place: RolePlace,
  name: string,
  { connected }: Powers,
): Found[] {
  if (rule.roles === undefined || name === place.role || !connected.includes(name)) return [];
  const allowed = `${quoted(name)} is a role of its connection`;
  return [{ what: `${place.what}, a member of ${quoted(name)}`, allowed }];
}

function through({ role }: RolePlace, name: string): string {
  return name === role ? '' : `a member of ${quoted(name)}, `;
}
