import { mayActAs } from '../../authority/reach.ts';
import type { AclEntry, CodeSource, ObjectGroup } from '../../acl.ts';
import type { OwnershipSpec } from '../../graph.ts';
import type { Live } from '../../live.ts';
import { oncePer } from '../../once-per.ts';
import { everyone } from '../../public.ts';
import { Refusal } from '../../refusal.ts';
import { strangersToCode } from '../code/code-sources.ts';
import type { GrantableType } from './grantable-type.ts';
import { targetKey } from '../../target-key.ts';
import { isWordOf, means, namesOf } from './rule-target.ts';

/**
 * The owner that the manifest's ownership section declares for the objects of a row, if any. An object that belongs to
 * another one has the owner of that one. Throws Refusal `InvalidSpec` when two names mean the same object.
 */
export function declaredOwner(type: GrantableType, row: Named, live: Adopting): string | undefined {
  const meant = rulesFor(type, row, live);
  const [first] = meant;
  const other = meant.find(({ owner }) => owner !== first?.owner);
  if (first !== undefined && other !== undefined) throw ownedTwice(first, other);
  return first === undefined || isWithheld(type, row, live, meant) ? undefined : first.owner;
}

type Adopting = Pick<Live, 'graph' | 'reach' | 'server' | 'isCautious' | 'judged'>;

function rulesFor(type: GrantableType, row: Named, { graph }: Adopting): readonly OwnershipSpec[] {
  return candidates(type, row, graph.ownerships).filter(
    ({ object }) => (object.schema ?? null) === row.schema && speaksOf(type, object, row),
  );
}

/**
 * The declared owner that a wildcard does not give to the objects of a row. The objects run code with their owner's
 * rights, or other roles could make them do so, and their present owner, who may have written that code, does not have
 * the rights of the declared owner.
 */
export function withheldOwner(type: GrantableType, row: Named, live: Adopting): string | undefined {
  const meant = rulesFor(type, row, live);
  return isWithheld(type, row, live, meant) ? meant[0]?.owner : undefined;
}

function isWithheld(
  type: GrantableType,
  row: Named,
  live: Adopting,
  meant: readonly OwnershipSpec[],
): boolean {
  if (!isGuarded(type, row, live, meant)) return false;
  return row.code === true || live.isCautious || strangersTo(type, row, live, meant).length > 0;
}

/** Roles that could make the objects of a row run code with the rights of the owner that a wildcard declares. */
export function strangersTo(
  type: GrantableType,
  row: Named,
  live: Adopting,
  meant = rulesFor(type, row, live),
): CodeSource[] {
  const [first] = meant;
  if (first === undefined || !row.sources) return [];
  const { schema, sources } = row;
  const object = row.follows ?? row.relation ?? { type: type.type, name: row.name };
  return strangersToCode(
    { schema, sources, type: object.type, name: object.name },
    first.owner,
    live,
  );
}

/** Whether the objects of a row get their declared owner only as long as they run no code with its rights. */
export function isGuarded(
  type: GrantableType,
  row: Named,
  live: Adopting,
  meant = rulesFor(type, row, live),
): boolean {
  const [first] = meant;
  return (
    first !== undefined &&
    type.catalog.code !== undefined &&
    meant.every(({ object, adoptCode }) => object.name === '*' && !adoptCode) &&
    !mayActAs(row.owner, first.owner, live)
  );
}

interface Entry {
  readonly spec: OwnershipSpec;
  readonly index: number;
}

/**
 * Two different owners for one object suffice to refuse it, so only the first two matter, each with and without
 * `adopt_code`.
 */
const mostAlike = 4;

/** Entries by type and name, without duplicates: there can be thousands of entries and of objects. */
const entriesByTarget = oncePer((ownerships: readonly OwnershipSpec[]) => {
  const byTarget = new Map<string, Map<string, Entry>>();
  ownerships.forEach((spec, index) => {
    const { type, schema, name } = spec.object;
    const key = targetKey(schema, `${type} ${name}`);
    const entries = byTarget.get(key) ?? new Map<string, Entry>();
    const said = `${String(spec.adoptCode)} ${spec.owner}`;
    if (entries.size < mostAlike && !entries.has(said)) entries.set(said, { spec, index });
    byTarget.set(key, entries);
  });
  return byTarget;
});

/** Entries that may apply to an object, in the order of the manifest. */
function candidates(
  type: GrantableType,
  row: Named,
  ownerships: readonly OwnershipSpec[],
): OwnershipSpec[] {
  const byTarget = entriesByTarget(ownerships);
  const entries = calledBy(type, row).flatMap((name) => [
    ...(byTarget.get(targetKey(row.schema, name))?.values() ?? []),
  ]);
  return entries.sort((left, right) => left.index - right.index).map(({ spec }) => spec);
}

/** All names that entries can use for an object, each as `type name`. */
function calledBy(type: GrantableType, row: Named): readonly string[] {
  const other = row.follows ?? row.relation;
  if (other !== undefined && other !== null)
    return [`${other.type} *`, ...(other.name === null ? [] : [`${other.type} ${other.name}`])];
  const words = Object.keys(type.words ?? { [type.type]: [] });
  return [...words.map((word) => `${word} *`), ...namesOf(type, row)];
}

/** The properties of an object that decide which rules apply to it. */
type Named = Parameters<typeof means>[2] &
  Pick<ObjectGroup, 'schema' | 'relation' | 'follows' | 'owner' | 'code' | 'sources'>;

function ownedTwice(first: OwnershipSpec, other: OwnershipSpec): Refusal {
  const [one, same] = [first, other].map(
    ({ owner, object: { type, name } }) => `${type} ${JSON.stringify(name)} to ${owner}`,
  );
  return new Refusal(
    'InvalidSpec',
    `ownership gives one object two owners: ${one ?? ''} and ${same ?? ''}`,
    'Remove one of the two entries.',
  );
}

function speaksOf(type: GrantableType, object: OwnershipSpec['object'], row: Named): boolean {
  const other = row.follows ?? row.relation;
  if (other === undefined || other === null)
    return isWordOf(type, object.type) && means(type, object, row);
  return object.type === other.type && (object.name === '*' || object.name === other.name);
}

/** Rows with the declared owners in place. Additive mode changes no owner. */
export function settleOwners(
  type: GrantableType,
  rows: readonly ObjectGroup[],
  live: Live,
): readonly ObjectGroup[] {
  if (live.mode === 'additive' || live.graph.ownerships.length === 0) return rows;
  return rows.map((row) => withOwner(row, declaredOwner(type, row, live) ?? row.owner));
}

/**
 * A row under another owner. ALTER ... OWNER TO replaces the old owner with the new one everywhere in the ACL and
 * merges entries that are then alike. Source: aclnewowner() in acl.c.
 */
export function withOwner(row: ObjectGroup, owner: string): ObjectGroup {
  if (owner === row.owner) return row;
  const { relation } = row;
  const acl = renamedIn(row.acl, row.owner, owner);
  if (relation === undefined || relation === null) return { ...row, owner, acl };
  return {
    ...row,
    owner,
    acl,
    relation: { ...relation, acl: renamedIn(relation.acl, row.owner, owner) },
  };
}

function renamedIn(acl: readonly AclEntry[], before: string, owner: string): AclEntry[] {
  const renamed = (name: string): string => (name === before ? owner : name);
  // PUBLIC stays PUBLIC, even if a role has that name.
  const renamedGrantee = (name: string): string => (name === everyone ? name : renamed(name));
  const merged = new Map<string, AclEntry>();
  for (const entry of acl) {
    const moved = {
      ...entry,
      grantee: renamedGrantee(entry.grantee),
      grantor: renamed(entry.grantor),
    };
    const key = [moved.grantee, moved.grantor, moved.privilege].join('\0');
    const grantable = moved.grantable || merged.get(key)?.grantable === true;
    merged.set(key, { ...moved, grantable });
  }
  return [...merged.values()];
}
