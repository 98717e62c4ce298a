import type { OwnershipSpec } from '../graph.ts';
import type { Manifest } from '../manifest.ts';
import { grantableTypes } from '../registry.ts';
import type { InParts } from '../parts.ts';
import { forEachInParts } from '../parts.ts';
import type { Expansion } from './expansion.ts';
import { keysOfTarget, keysToMeet } from './meeting-words.ts';
import { targetProblem } from './target.ts';

/**
 * Declared owners. An object has one owner, so entries that could give it two are refused, also `*` together with a
 * name.
 */
export function* expandOwnerships(
  manifest: Manifest,
  { problems }: Expansion,
): InParts<OwnershipSpec[]> {
  const ownerships: OwnershipSpec[] = [];
  const owners = new Map<string, FirstOwners>();
  yield* forEachInParts(manifest.ownership ?? [], (section, index) => {
    const {
      owner,
      object: { type, schema, name = '' },
    } = section;
    const object = { type, schema, name };
    const path = ['ownership', index];
    const message = ownerProblem(object) ?? targetProblem(object);
    if (message !== undefined) problems.push({ path: [...path, 'object'], message });
    const other = otherOwner(keysToMeet(object), owner, owners);
    if (other !== undefined) {
      const twice = `gives what ${JSON.stringify(other)} owns to ${JSON.stringify(owner)} too`;
      problems.push({ path: [...path, 'owner'], message: twice });
    }
    for (const key of keysOfTarget(object)) note(owners, key, { owner, index });
    ownerships.push({ owner, object, adoptCode: section.adopt_code ?? false });
  });
  return ownerships;
}

interface Owner {
  readonly owner: string;
  readonly index: number;
}

/** The first entry under a key, and the first one with another owner: any third owner differs from one of the two. */
type FirstOwners = readonly [Owner] | readonly [Owner, Owner];

function note(owners: Map<string, FirstOwners>, key: string, one: Owner): void {
  const [first, second] = owners.get(key) ?? [];
  if (first === undefined) owners.set(key, [one]);
  else if (second === undefined && first.owner !== one.owner) owners.set(key, [first, one]);
}

/** The owner in the first entry under one of the keys that has another owner. */
function otherOwner(
  keys: readonly string[],
  owner: string,
  owners: ReadonlyMap<string, FirstOwners>,
): string | undefined {
  const others = keys.flatMap(
    (key) => (owners.get(key) ?? []).find((one) => one.owner !== owner) ?? [],
  );
  return others.sort((left, right) => left.index - right.index)[0]?.owner;
}

function ownerProblem({ type }: OwnershipSpec['object']): string | undefined {
  const grantable = grantableTypes[type];
  if (grantable?.isSchema === true) return 'has type schema: set owner under schemas instead';
  if (grantable?.ownerKeyword === undefined) return `has type ${type}, which has no owner to set`;
  return undefined;
}
