import type { DefaultPrivilegeSpec, GrantSpec } from '../graph.ts';
import type { InParts } from '../parts.ts';
import { forEachInParts } from '../parts.ts';
import type { Expansion, Placed } from './expansion.ts';
import { keysOfTarget, keysToMeet } from './meeting-words.ts';

/** A privilege cannot be both present and absent. A wildcard meets every name. */
export function* refuseContradictions(
  grants: readonly Placed<GrantSpec>[],
  defaults: readonly Placed<DefaultPrivilegeSpec>[],
  { problems }: Expansion,
): InParts<void> {
  yield* refuse(grants, problems, grantKeys);
  yield* refuse(defaults, problems, { put: defaultKeys, look: defaultKeys });
}

type Rule = Pick<GrantSpec, 'ensure' | 'privileges'>;

/** The keys under which a rule is stored, and those under which to search what it meets. */
interface Keys<T> {
  readonly put: (spec: T) => readonly string[];
  readonly look: (spec: T) => readonly string[];
}

const grantKeys: Keys<GrantSpec> = {
  put: (spec) => eachPrivilege(spec, spec.role, keysOfTarget(spec.object)),
  look: (spec) => eachPrivilege(spec, spec.role, keysToMeet(spec.object)),
};

function defaultKeys(spec: DefaultPrivilegeSpec): readonly string[] {
  const { owner, schema, onType, grantee } = spec;
  return eachPrivilege(spec, grantee, [JSON.stringify([owner, schema, onType])]);
}

function eachPrivilege({ privileges }: Rule, role: string, keys: readonly string[]): string[] {
  return privileges.flatMap((privilege) => keys.map((key) => `${privilege} ${role}\0${key}`));
}

/** Names the first rule that each absence contradicts. */
function* refuse<T extends Rule>(
  rules: readonly Placed<T>[],
  problems: Expansion['problems'],
  { put, look }: Keys<T>,
): InParts<void> {
  const absences = rules.filter(({ spec }) => spec.ensure === 'absent');
  if (absences.length === 0) return;
  const first = new Map<string, number>();
  yield* forEachInParts(rules, ({ spec }, index) => {
    if (spec.ensure === 'absent') return;
    for (const key of put(spec)) if (!first.has(key)) first.set(key, index);
  });
  yield* forEachInParts(absences, ({ path, spec }) => {
    const met = look(spec).reduce(
      (least, key) => Math.min(least, first.get(key) ?? Infinity),
      Infinity,
    );
    const other = rules[met];
    if (other !== undefined) problems.push({ path, message: contradicts(other.path) });
  });
}

function contradicts(path: Placed<unknown>['path']): string {
  return `declares privileges absent that ${path.join('.')} grants`;
}
