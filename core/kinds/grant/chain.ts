import { grouped } from '../../grouped.ts';
import type { Edit } from '../../fact.ts';
import { everyone } from '../../public.ts';
import type { GrantFact } from './fact.ts';

/**
 * Sorts edits of one op into lists that follow each other: pgwarden revokes what a role granted before it revokes the
 * grant option that the role used. Within a list the order is free, so that equal edits can share a statement.
 */
export function byDepth(edits: readonly Edit<GrantFact>[]): Edit<GrantFact>[][] {
  const granted = grouped(edits, (edit) => entryKey(edit, edit.fact.id.grantor));
  const depths = new Map<Edit<GrantFact>, number>();
  const depthOf = (edit: Edit<GrantFact>): number => {
    const known = depths.get(edit);
    if (known !== undefined) return known;
    depths.set(edit, 0);
    const { id, target } = edit.fact;
    // PUBLIC grants nothing, so a grantor of that name is a role. An owner needs no grant option.
    const ends = id.grantee === everyone || id.grantee === target.owner;
    const onwards = ends ? [] : (granted.get(entryKey(edit, id.grantee)) ?? []);
    const depth = onwards.reduce((most, one) => Math.max(most, depthOf(one)), -1) + 1;
    depths.set(edit, depth);
    return depth;
  };
  const lists: Edit<GrantFact>[][] = [];
  for (const edit of edits) (lists[depthOf(edit)] ??= []).push(edit);
  return lists;
}

function entryKey({ fact: { id } }: Edit<GrantFact>, role: string): string {
  return [id.schema ?? '', id.object, id.privilege, role].join('\0');
}
