import type { AclEntry, ObjectGroup } from '../acl.ts';
import type { OwnershipSpec } from '../graph.ts';
import type { Live } from '../kind.ts';
import { everyone } from '../public.ts';
import { Refusal } from '../refusal.ts';
import type { GrantableType } from './grantable-type.ts';
import { isWordOf, means } from './rule-target.ts';

/**
 * The owner that the manifest's ownership section gives the objects of a row, if it speaks of them. What belongs to
 * another object has that one's owner. Throws Refusal `InvalidSpec` when two names turn out to mean one object.
 */
export function declaredOwner(
  type: GrantableType,
  row: Named,
  ownerships: readonly OwnershipSpec[],
): string | undefined {
  const meant = ownerships.filter(
    ({ object }) => (object.schema ?? null) === row.schema && speaksOf(type, object, row),
  );
  const [first] = meant;
  const other = meant.find(({ owner }) => owner !== first?.owner);
  if (first !== undefined && other !== undefined) throw ownedTwice(first, other);
  return first?.owner;
}

/** What of an object says which rules mean it. */
type Named = Parameters<typeof means>[2] & Pick<ObjectGroup, 'schema' | 'relation' | 'follows'>;

function ownedTwice(first: OwnershipSpec, other: OwnershipSpec): Refusal {
  const [one, same] = [first, other].map(
    ({ owner, object: { type, name } }) => `${type} ${JSON.stringify(name)} to ${owner}`,
  );
  return new Refusal(
    'InvalidSpec',
    `ownership gives one object two owners: ${one ?? ''} and ${same ?? ''}`,
    'Leave one of the two entries out.',
  );
}

function speaksOf(type: GrantableType, object: OwnershipSpec['object'], row: Named): boolean {
  const other = row.follows ?? row.relation;
  if (other === undefined || other === null)
    return isWordOf(type, object.type) && means(type, object, row);
  return object.type === other.type && (object.name === '*' || object.name === other.name);
}

/** Rows as they will be once their owners are the declared ones. A mode that only adds changes no owner. */
export function settleOwners(
  type: GrantableType,
  rows: readonly ObjectGroup[],
  { graph, mode }: Live,
): readonly ObjectGroup[] {
  if (mode === 'additive' || graph.ownerships.length === 0) return rows;
  return rows.map((row) => withOwner(row, declaredOwner(type, row, graph.ownerships) ?? row.owner));
}

/**
 * A row under another owner. ALTER ... OWNER TO puts the new owner in the old one's place everywhere in the ACL, and
 * makes one entry of two that are then alike. Source: aclnewowner() in acl.c.
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
  // Everyone stays everyone, though a role can have been given that name.
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
