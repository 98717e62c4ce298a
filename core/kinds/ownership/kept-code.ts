import type { ObjectGroup } from '../../acl.ts';
import type { Finding } from '../../finding.ts';
import type { Live } from '../../live.ts';
import { quoteIdentifier } from '../../sql.ts';
import { type GrantableType, canHaveCode } from '../grant/grantable-type.ts';
import { explainSource } from '../code/code-sources.ts';
import { strangersTo, withheldOwner } from '../grant/declared-owner.ts';

interface Owned {
  readonly type: GrantableType;
  readonly group: ObjectGroup;
}

/** Objects that keep their owner because they would run code of other roles with the rights of the declared owner. */
export function keptCode(one: Owned, live: Live): Finding[] {
  const { type, group } = one;
  // A sequence that belongs to a column keeps its owner together with its table, which is reported instead.
  if (!canHaveCode(type)) return [];
  const declared = withheldOwner(type, group, live);
  if (declared === undefined) return [];
  const [owner, wanted] = [group.owner, declared].map(quoteIdentifier);
  const why = `keeps owner ${owner ?? ''} instead of ${wanted ?? ''}: ${reasonFor(one, live)}, and ${owner ?? ''} cannot act as ${wanted ?? ''}`;
  return objectsOf(one).map((object) => ({
    code: 'CodeNotAdopted',
    role: declared,
    message: `${object} ${why}; ${wayOut}`,
  }));
}

const wayOut =
  'read its code, then name it in ownership, drop it, or set adopt_code: true at the wildcard';

/** An object without code of its own keeps its owner only if objects of this owner changed during the apply. */
function reasonFor({ type, group }: Owned, live: Live): string {
  if (group.code === true) return 'it runs code with the rights of its owner';
  const [first] = strangersTo(type, group, live);
  return first === undefined
    ? 'objects of this owner changed while pgwarden was changing their owner'
    : `it can be made to run code with the rights of its owner, because ${explainSource(first)}`;
}

/** The first objects by name, and the number of the others. */
function objectsOf({ type, group }: Owned): string[] {
  const { subtype, schema, sql, codeNames, count } = group;
  const { plural } = type.subtypes?.[subtype ?? ''] ?? type;
  const word = (subtype ?? type.type).replaceAll('_', ' ');
  const names = sql === null ? (codeNames ?? []) : [sql];
  const unnamed = count - names.length;
  const rest = `each of ${String(unnamed)} more ${plural} in schema ${quoteIdentifier(schema ?? '')}`;
  return [...names.map((name) => `${word} ${name}`), ...(unnamed > 0 ? [rest] : [])];
}
