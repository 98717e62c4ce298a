import type { ObjectGroup } from '../acl.ts';
import type { GrantSpec } from '../graph.ts';
import { Refusal } from '../refusal.ts';
import { means } from './grant-rules.ts';
import type { GrantableType } from './object-grant.ts';
import { readableName } from './object-grant.ts';

/**
 * Throws Refusal `InvalidSpec` when an absence rule forbids what another rule wants on a row: rules whose names turn
 * out to mean one object, as `f(int)` and `f(integer)` do. Equal names were compared before there was a connection.
 */
export function refuseForbidden(
  type: GrantableType,
  row: ObjectGroup,
  wanted: Iterable<{ readonly grantee: string; readonly privilege: string }>,
  absences: readonly GrantSpec[],
): void {
  const rules = absences.filter(({ object }) => means(type, object, row));
  if (rules.length === 0) return;
  for (const { grantee, privilege } of wanted) {
    if (rules.some(({ role, privileges }) => role === grantee && privileges.includes(privilege)))
      throw contradiction(type, row, `${privilege} for ${grantee}`);
  }
}

function contradiction(
  type: GrantableType,
  { schema, name, subtype }: ObjectGroup,
  what: string,
): Refusal {
  const shown = readableName(type, name ?? '*');
  const object = JSON.stringify(schema === null ? shown : `${schema}.${shown}`);
  return new Refusal(
    'InvalidSpec',
    `grants want ${what} on ${subtype ?? type.type} ${object} both present and absent`,
    'Leave one of the two entries out: their names mean the same object.',
  );
}
