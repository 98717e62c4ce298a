import { quoteIdentifier } from '../../sql.ts';
import type { OutsideRow } from './row.ts';

/** One sentence: which role has which access, where, and how much. */
export function outsidePolicyMessage(found: OutsideRow): string {
  const role = `role ${quoteIdentifier(found.role)}`;
  switch (found.what) {
    case 'privileges':
      return `${role} has privileges on ${things(found)}, which the policy does not name`;
    case 'owns':
      return `${role} owns ${things(found)}, which the policy does not declare`;
    case 'elsewhere':
      return `${role} ${heldElsewhere(found.counts)} in database ${quoteIdentifier(found.database)}, where the policy does not look`;
    case 'defaults':
      return `${role} gets privileges on what ${quoteIdentifier(found.owner)} creates ${place(found.schema)}, which the policy does not declare`;
    case 'member':
      return `${role} is a member of ${quoteIdentifier(found.group)}, which the policy does not declare`;
    case 'settings':
      return `${role} has settings${found.database === null ? '' : ` in database ${quoteIdentifier(found.database)}`} that the policy does not declare: ${found.parameters.join(', ')}`;
  }
}

type Things = Extract<OutsideRow, { what: 'privileges' | 'owns' }>;

function things({ schema, counts, names = [] }: Things): string {
  const { schema: itself, ...inside } = counts;
  const list = Object.entries(inside)
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([type, count]) => counted(count, type));
  if (schema === null) return `${joined(list)}${shownNames(names, inside)}`;
  const name = `schema ${quoteIdentifier(schema)}`;
  if (list.length === 0) return name;
  return itself === undefined ? `${joined(list)} in ${name}` : `${name} and ${joined(list)} in it`;
}

const mostNames = 3;

/** Names help a person to search, unless they are numbers or too many. */
function shownNames(names: readonly string[], counts: Readonly<Record<string, number>>): string {
  const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
  if (names.length === 0) return '';
  const more = total - Math.min(names.length, mostNames);
  return ` (${names.slice(0, mostNames).join(', ')}${more > 0 ? ` and ${String(more)} more` : ''})`;
}

type Elsewhere = Extract<OutsideRow, { what: 'elsewhere' }>;

function heldElsewhere({ owns, privileges }: Elsewhere['counts']): string {
  const parts = [
    ...(owns === undefined ? [] : [`owns ${counted(owns, 'object')}`]),
    ...(privileges === undefined ? [] : [`has privileges on ${counted(privileges, 'object')}`]),
  ];
  return parts.join(' and ');
}

function place(schema: string | null): string {
  return schema === null ? 'in any schema' : `in schema ${quoteIdentifier(schema)}`;
}

function counted(count: number, noun: string): string {
  return `${String(count)} ${count === 1 ? noun : plural(noun)}`;
}

function plural(noun: string): string {
  if (noun.endsWith('y')) return `${noun.slice(0, -1)}ies`;
  return noun.endsWith('s') ? `${noun}es` : `${noun}s`;
}

function joined(parts: readonly string[]): string {
  const last = parts.at(-1) ?? '';
  return parts.length > 1 ? `${parts.slice(0, -1).join(', ')} and ${last}` : last;
}
