import type { RoleGraph } from './graph.ts';

/** What a policy speaks for, so that two policies never fight over it. Roles are the server's, schemas a database's. */
export interface Claimed {
  readonly roles: readonly string[];
  readonly schemas: readonly string[];
  /**
   * Groups not of the policy to which members are added. Nobody else on the server may declare them, for a declared
   * role has what its policy says and nothing else; others may name them too. This and what follows is absent when
   * there is none.
   */
  readonly groups?: readonly string[];
  /** Those of them that have the declared members only: nobody else may add any. */
  readonly exclusive?: readonly string[];
  /** Roles not of the policy that are granted to. Like groups, but in this database only: grants are in one. */
  readonly named?: readonly string[];
  /** External roles whose undeclared grants go. In this database nobody else may declare or grant to them. */
  readonly external?: readonly string[];
  /** Members that are not roles of the policy. Two policies may share them: they are people. */
  readonly members?: readonly string[];
  /** The policy's roles have no other memberships than the declared ones: nobody else may make them members. */
  readonly coverage?: 'database';
}

/** Owners of objects are not claimed in any way. */
export function claimsOf(graph: RoleGraph): Claimed {
  const own = ownRoles(graph);
  const external = judgedExternalRoles(graph);
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

/** Roles that are the policy's own on the whole server. */
function ownRoles({ roles, retirements }: RoleGraph): ReadonlySet<string> {
  const declared = roles.filter(({ external }) => !external).map(({ name }) => name);
  return new Set([...declared, ...retirements.map(({ role }) => role)]);
}

function judgedExternalRoles({ roles }: RoleGraph): ReadonlySet<string> {
  const judged = roles.filter(
    ({ external, preserveUndeclaredGrants }) => external && !preserveUndeclaredGrants,
  );
  return new Set(judged.map(({ name }) => name));
}

function namedRoles({ roles, grants, defaultPrivileges }: RoleGraph): string[] {
  return [
    ...roles.filter(({ external }) => external).map(({ name }) => name),
    ...grants.map(({ role }) => role),
    ...defaultPrivileges.map(({ grantee }) => grantee),
  ];
}

type Lists = Pick<Claimed, 'groups' | 'exclusive' | 'named' | 'external' | 'members'>;

function withoutEmpty(lists: Lists): Lists {
  return Object.fromEntries(Object.entries(lists).filter(([, names]) => names.length > 0));
}

/** Whether all of one claim is in another, as the same or as something stronger: an own role stands for all others. */
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
