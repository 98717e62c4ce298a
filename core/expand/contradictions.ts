import type { DefaultPrivilegeSpec, GrantSpec } from '../graph.ts';
import type { Expansion, Placed } from './expansion.ts';
import { canMeet } from './target.ts';

/** What is to be there cannot also be absent. A wildcard meets every name. */
export function refuseContradictions(
  grants: readonly Placed<GrantSpec>[],
  defaults: readonly Placed<DefaultPrivilegeSpec>[],
  { problems }: Expansion,
): void {
  for (const { path, spec } of grants.filter(isAbsence)) {
    const other = grants.find((grant) => !isAbsence(grant) && meets(grant.spec, spec));
    if (other !== undefined) problems.push({ path, message: contradicts(other.path) });
  }
  for (const { path, spec } of defaults.filter(isAbsence)) {
    const other = defaults.find((entry) => !isAbsence(entry) && sameDefault(entry.spec, spec));
    if (other !== undefined) problems.push({ path, message: contradicts(other.path) });
  }
}

function isAbsence({ spec }: Placed<{ readonly ensure: GrantSpec['ensure'] }>): boolean {
  return spec.ensure === 'absent';
}

function contradicts(path: Placed<unknown>['path']): string {
  return `wants privileges absent that ${path.join('.')} grants`;
}

function meets(present: GrantSpec, absent: GrantSpec): boolean {
  return (
    present.role === absent.role &&
    canMeet(present.object, absent.object) &&
    shares(present.privileges, absent.privileges)
  );
}

function sameDefault(present: DefaultPrivilegeSpec, absent: DefaultPrivilegeSpec): boolean {
  return (
    present.owner === absent.owner &&
    present.schema === absent.schema &&
    present.onType === absent.onType &&
    present.grantee === absent.grantee &&
    shares(present.privileges, absent.privileges)
  );
}

function shares(some: readonly string[], others: readonly string[]): boolean {
  return some.some((privilege) => others.includes(privilege));
}
