import type { ObjectGroup } from '../acl.ts';
import type { Finding } from '../finding.ts';
import type { Live } from '../kind.ts';
import { quoteIdentifier } from '../sql.ts';
import type { GrantableType } from './grantable-type.ts';
import { withheldOwner } from './ownership-rules.ts';

interface Owned {
  readonly type: GrantableType;
  readonly group: ObjectGroup;
}

/** Objects that keep their owner because they would run code of others with the rights of the declared one. */
export function keptCode({ type, group }: Owned, live: Live): Finding[] {
  // A sequence of a column keeps its owner with its table, which is reported.
  if (type.type === 'sequence') return [];
  const declared = withheldOwner(type, group, live);
  if (declared === undefined) return [];
  const { plural } = type.subtypes?.[group.subtype ?? ''] ?? type;
  const word = (group.subtype ?? type.type).replaceAll('_', ' ');
  const names = group.sql === null ? (group.codeNames ?? []) : [group.sql];
  const unnamed = group.count - names.length;
  const unread = group.code === true ? 'it runs code with the rights of its owner' : changed;
  const message = (what: string): string =>
    `${what} ${owned(group.owner, declared)}: ${unread}, and ${quoteIdentifier(group.owner)} may not act as ${quoteIdentifier(declared)}; ${wayOut}`;
  const found = names.map((name) => message(`${word} ${name}`));
  const rest =
    unnamed > 0
      ? [
          message(
            `each of ${String(unnamed)} more ${plural} in schema ${quoteIdentifier(group.schema ?? '')}`,
          ),
        ]
      : [];
  return [...found, ...rest].map((text) => ({
    code: 'CodeNotAdopted',
    role: declared,
    message: text,
  }));
}

const changed = 'objects of this owner changed while they were given away';

const wayOut =
  'read its code, then name it in ownership, drop it, or set adopt_code: true at the wildcard';

function owned(owner: string, declared: string): string {
  return `stays with ${quoteIdentifier(owner)} and does not go to ${quoteIdentifier(declared)}`;
}
