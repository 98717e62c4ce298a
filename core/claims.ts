import type { RoleGraph } from './graph.ts';
import { judgedRoles, managedRoles } from './policy-roles.ts';

/**
 * What a policy claims, so that two policies never contend. A role belongs to the whole server, a schema to one
 * database.
 */
export interface Claimed {
  readonly roles: readonly string[];
  readonly schemas: readonly string[];
  /**
   * Groups outside the policy to which it adds members. No other policy on the server may declare them, because a
   * declared role has only what its policy says. Other policies may name them too. This field and the following ones
   * are absent when empty.
   */
  readonly groups?: readonly string[];
  /** Those groups that have only the declared members. No other policy may add members to them. */
  readonly exclusive?: readonly string[];
  /**
   * Roles outside the policy that get grants. They are like groups, but only within this database, because a grant
   * belongs to one database.
   */
  readonly named?: readonly string[];
  /**
   * External roles whose undeclared grants the policy revokes. No other policy in this database may declare them or
   * grant to them.
   */
  readonly external?: readonly string[];
  /** Members that are not roles of the policy. Two policies may share them, because they are usually people. */
  readonly members?: readonly string[];
  /** The policy's roles have only the declared memberships, so no other policy may make them members. */
  readonly coverage?: 'database';
}

/** The claims of a policy. Owners of objects are not claimed. */
export function claimsOf(graph: RoleGraph): Claimed {
  const own = managedRoles(graph);
  const external = new Set([...judgedRoles(graph)].filter((role) => !own.has(role)));
  const beside = (names: readonly string[], ...known: readonly ReadonlySet<string>[]): string[] =>
    [...new Set(names)].filter((name) => !known.some((roles) => roles.has(name))).sort();
  return {
    roles: [...own].sort(),
    schemas: graph.schemas.map(({ name }) => name).sort(),
    ...withoutEmpty({
      groups: beside([...graph.memberships.map(({ role }) => role), ...graph.exclusiveGroups], own),
      exclusive: beside(graph.exclusiveGroups, own),
      named: beside(namedRoles(graph), own, external),
      external: [...external].sort(),
      members: beside(
        graph.memberships.map(({ member }) => member),
        own,
      ),
    }),
    ...(graph.coverage === 'database' ? { coverage: 'database' } : {}),
  };
}

/** Also those of the policy. */
function namedRoles({ roles, grants, defaultPrivileges }: RoleGraph): string[] {
  return [
    ...roles.map(({ name }) => name),
    ...grants.map(({ role }) => role),
    ...defaultPrivileges.map(({ grantee }) => grantee),
  ];
}

type Lists = Pick<Claimed, 'groups' | 'exclusive' | 'named' | 'external' | 'members'>;

function withoutEmpty(lists: Lists): Lists {
  return Object.fromEntries(Object.entries(lists).filter(([, names]) => names.length > 0));
}

/**
 * Whether one claim is contained in another, in the same or a stronger form. A role of the policy itself is the
 * strongest form.
 */
export function isPartOf(part: Claimed, whole: Claimed): boolean {
  const { roles, schemas, groups, exclusive, named, external, members, coverage } = whole;
  const within = (names: readonly string[] = [], ...lists: (readonly string[] | undefined)[]) => {
    const known = new Set(lists.flatMap((list) => list ?? []));
    return names.every((name) => known.has(name));
  };
  const lists = [
    within(part.roles, roles),
    within(part.schemas, schemas),
    within(part.groups, roles, groups),
    within(part.exclusive, roles, exclusive),
    within(part.named, roles, named, external),
    within(part.external, roles, external),
    within(part.members, roles, members),
  ];
  return lists.every(Boolean) && (part.coverage === undefined || part.coverage === coverage);
}
