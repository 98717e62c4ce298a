import type { ObjectGroup } from '../../acl.ts';
import type { Finding } from '../../finding.ts';
import type { Live } from '../../live.ts';
import { quoteIdentifier } from '../../sql.ts';
import type { GrantableType } from '../grant/grantable-type.ts';
import { explainSource } from '../code/code-sources.ts';
import { strangersTo, withheldOwner } from '../grant/declared-owner.ts';

interface Owned {
  readonly type: GrantableType;
  readonly group: ObjectGroup;
}

/** Objects that keep their owner because they would run code of others with the rights of the declared one. */
export function keptCode(one: Owned, live: Live): Finding[] {
  const { type, group } = one;
  // A sequence of a column keeps its owner with its table, which is reported.
  if (type.type === 'sequence') return [];
  const declared = withheldOwner(type, group, live);
  if (declared === undefined) return [];
  const [owner, wanted] = [group.owner, declared].map(quoteIdentifier);
  const why = `stays with ${owner ?? ''} and does not go to ${wanted ?? ''}: ${reasonFor(one, live)}, and ${owner ?? ''} may not act as ${wanted ?? ''}`;
  return objectsOf(one).map((object) => ({
    code: 'CodeNotAdopted',
    role: declared,
    message: `${object} ${why}; ${wayOut}`,
  }));
}

const wayOut =
  'read its code, then name it in ownership, drop it, or set adopt_code: true at the wildcard';

/** Without code of its own it is left only where objects like it were changed while they were given away. */
function reasonFor({ type, group }: Owned, live: Live): string {
  if (group.code === true) return 'it runs code with the rights of its owner';
  const [first] = strangersTo(type, group, live);
  return first === undefined
    ? 'objects of this owner changed while they were given away'
    : `it can be made to run code with the rights of its owner, because ${explainSource(first)}`;
}

/** The first objects by name, the others by their number. */
function objectsOf({ type, group }: Owned): string[] {
  const { subtype, schema, sql, codeNames, count } = group;
  const { plural } = type.subtypes?.[subtype ?? ''] ?? type;
  const word = (subtype ?? type.type).replaceAll('_', ' ');
  const names = sql === null ? (codeNames ?? []) : [sql];
  const unnamed = count - names.length;
  const rest = `each of ${String(unnamed)} more ${plural} in schema ${quoteIdentifier(schema ?? '')}`;
  return [...names.map((name) => `${word} ${name}`), ...(unnamed > 0 ? [rest] : [])];
}
