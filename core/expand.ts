import type { Expansion } from './expand/expansion.ts';
import { expandGrants } from './expand/grants.ts';
import { exclusiveGroups, expandMemberships } from './expand/memberships.ts';
import { expandOwnerships } from './expand/ownerships.ts';
import { expandProfiles } from './expand/profiles.ts';
import { expandRoles } from './expand/roles.ts';
import { expandRetirements } from './expand/retirements.ts';
import { refuseImpossibleRoles } from './expand/session-roles.ts';
import type { RoleGraph } from './graph.ts';
import type { Manifest } from './manifest.ts';
import type { Problem } from './problem.ts';
import type { InParts } from './parts.ts';

export type Expanded = { readonly graph: RoleGraph } | { readonly problems: readonly Problem[] };

/** The manifest with profiles bound to schemas, defaults filled in, and all checks done that need no database. */
export function* expandInParts(manifest: Manifest, policyName: string): InParts<Expanded> {
  const expansion: Expansion = { policyName, problems: [] };
  const bound = yield* expandProfiles(manifest, expansion);
  const roles = yield* expandRoles(manifest, bound.roles, expansion);
  const { grants, defaultPrivileges } = yield* expandGrants(manifest, bound, expansion);
  const memberships = yield* expandMemberships(manifest, expansion);
  const generated = bound.roles.length;
  yield* refuseImpossibleRoles(
    { roles, memberships },
    (index) => (index < generated ? ['profiles'] : ['roles', index - generated]),
    expansion,
  );
  const living = {
    roles,
    schemas: bound.schemas,
    grants,
    defaultPrivileges,
    memberships,
    absentMemberships: [],
    exclusiveGroups: exclusiveGroups(manifest, roles, expansion),
    ownerships: yield* expandOwnerships(manifest, expansion),
    coverage: manifest.coverage ?? 'declared',
  };
  const graph: RoleGraph = {
    ...living,
    retirements: yield* expandRetirements(manifest, living, expansion),
  };
  return expansion.problems.length > 0 ? { problems: distinct(expansion.problems) } : { graph };
}

/** The expansion finds a mistake in a profile once for each schema that binds it. It is reported once. */
function distinct(problems: readonly Problem[]): Problem[] {
  return [...new Map(problems.map((problem) => [JSON.stringify(problem), problem])).values()];
}
