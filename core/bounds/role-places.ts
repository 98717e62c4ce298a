import type { DefaultPrivilegeSpec, GrantSpec, RoleGraph, RoleSpec } from '../graph.ts';
import { canHaveCode } from '../kinds/grant/grantable-type.ts';
import { grantableTypes } from '../registry.ts';
import { sessionRolesOf } from '../session-setting.ts';
import { quoted } from './violation.ts';

/** The list of a rule, in addition to `roles`, that may allow a role in a place. */
type NamingList = 'grantees' | 'groups' | 'owners' | 'default_privilege_owners';

/** What a policy does with a role that it names. */
export interface RolePlace {
  readonly role: string;
  /** What the policy does with the role, for messages; includes the name of the role. */
  readonly what: string;
  /** Undefined if no list of a rule can allow it. */
  readonly list: NamingList | undefined;
  /** How someone gets the rights of the role: as a member, with its password, or with code that runs as it. */
  readonly lends: Lending | undefined;
}

/** How a policy gives someone the rights of a role. `code`: as the owner of code that someone else wrote. */
type Lending = 'membership' | 'session' | 'declaration' | 'code';

/** Cached, because every rule needs them. */
const placesByGraph = new WeakMap<RoleGraph, readonly RolePlace[]>();

/** Every place of a graph that names a role. test/core/bounds/role-places.test.ts compares this with the manifest. */
export function rolePlaces(graph: RoleGraph): readonly RolePlace[] {
  const known = placesByGraph.get(graph);
  if (known !== undefined) return known;
  const places = [
    ...graph.roles.flatMap(placesOfRole),
    ...graph.grants.map(placeOfGrantee),
    ...graph.defaultPrivileges.flatMap(placesOfDefaults),
    ...placesOfMemberships(graph),
    ...placesOfOwners(graph),
  ];
  placesByGraph.set(graph, places);
  return places;
}

function placesOfRole(role: RoleSpec): RolePlace[] {
  const { name, external } = role;
  const declared: RolePlace = external
    ? {
        role: name,
        what: `names external role ${quoted(name)}`,
        list: 'grantees',
        lends: undefined,
      }
    : { role: name, what: `declares role ${quoted(name)}`, list: undefined, lends: 'declaration' };
  const started = sessionRolesOf(role).map((target): RolePlace => {
    const what = `starts the sessions of role ${quoted(name)} as ${quoted(target)}`;
    return { role: target, what, list: 'groups', lends: 'session' };
  });
  return [declared, ...started];
}

function placeOfGrantee({ role, ensure }: GrantSpec): RolePlace {
  const verb = ensure === 'present' ? 'grants to' : 'takes from';
  return { role, what: `${verb} role ${quoted(role)}`, list: 'grantees', lends: undefined };
}

function placesOfDefaults({ owner, grantee, ensure }: DefaultPrivilegeSpec): RolePlace[] {
  const verb = ensure === 'present' ? 'grants by default to' : 'takes by default from';
  return [
    {
      role: owner,
      what: `sets default privileges of role ${quoted(owner)}`,
      list: 'default_privilege_owners',
      lends: undefined,
    },
    { role: grantee, what: `${verb} role ${quoted(grantee)}`, list: 'grantees', lends: undefined },
  ];
}

function placesOfMemberships(graph: RoleGraph): RolePlace[] {
  const joining = graph.memberships.flatMap(({ role, member }) =>
    placesOfPair(role, member, `makes role ${quoted(member)} a member of ${quoted(role)}`),
  );
  const leaving = graph.absentMemberships.flatMap(({ role, member }) => {
    const what = `ends the membership of role ${quoted(member)} in ${quoted(role)}`;
    return placesOfPair(role, member, what).map((place) => ({ ...place, lends: undefined }));
  });
  const deciding = graph.exclusiveGroups.map((role): RolePlace => {
    const what = `decides all members of role ${quoted(role)}`;
    return { role, what, list: undefined, lends: 'membership' };
  });
  return [...joining, ...leaving, ...deciding];
}

function placesOfPair(role: string, member: string, what: string): RolePlace[] {
  return [
    { role, what, list: 'groups', lends: 'membership' },
    { role: member, what, list: 'grantees', lends: undefined },
  ];
}

/**
 * Types of objects that can run code with the rights of their owner. pgwarden gives away no visible code, but that is
 * only a second safeguard and not enough for a forbidden role, because expressions can hide code.
 */
function mayRunCode(word: string): boolean {
  const type = grantableTypes[word];
  return type !== undefined && canHaveCode(type);
}

function placesOfOwners({ schemas, ownerships, retirements }: RoleGraph): RolePlace[] {
  return [
    ...schemas.flatMap(({ name, owner }): RolePlace[] => {
      if (owner === undefined) return [];
      const what = `gives schema ${quoted(name)} to role ${quoted(owner)}`;
      return [{ role: owner, what, list: 'owners', lends: undefined }];
    }),
    ...ownerships.map(({ owner, object: { type } }): RolePlace => {
      const what = `gives ${type}s to role ${quoted(owner)}`;
      const isCode = mayRunCode(type);
      return { role: owner, what, list: 'owners', lends: isCode ? 'code' : undefined };
    }),
    ...retirements.flatMap(({ role, reassignOwnedTo: heir }): RolePlace[] => {
      const retired: RolePlace = {
        role,
        what: `retires role ${quoted(role)}`,
        list: undefined,
        lends: undefined,
      };
      if (heir === undefined) return [retired];
      const what = `gives what role ${quoted(role)} owns to role ${quoted(heir)}`;
      return [retired, { role: heir, what, list: 'owners', lends: 'code' }];
    }),
  ];
}
