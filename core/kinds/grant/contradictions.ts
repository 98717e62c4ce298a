import type { ObjectGroup } from '../../acl.ts';
import type { GrantSpec } from '../../graph.ts';
import { Refusal } from '../../refusal.ts';
import type { Live } from '../../live.ts';
import { type GrantableType, readableName } from './grantable-type.ts';
import { means } from './rule-target.ts';

/**
 * Throws Refusal `InvalidSpec` if an absence rule forbids what another rule wants on a row. The names of the rules can
 * differ and mean one object, e.g. `f(int)` and `f(integer)`, or the other rule can be about the whole that the object is
 * part of. Validation has already compared equal names, without a connection.
 */
export function refuseForbidden(
  type: GrantableType,
  row: ObjectGroup,
  wanted: Iterable<Access>,
  { absences, live }: { readonly absences: readonly GrantSpec[]; readonly live: Live },
): void {
  const rules = absences.filter(({ object }) => means(type, object, row));
  if (rules.length === 0) return;
  const isForbidden = accessOf(rules);
  const one = [...wanted].find(isForbidden);
  if (one !== undefined) throw contradiction(type, row, one, sameObject);
  const whole = type.fromWhole?.(row, live).find(isForbidden);
  if (whole !== undefined) throw contradiction(type, row, whole, partOfObject);
}

/** Whether one of the rules is about a grantee and a privilege. */
export function accessOf(rules: readonly GrantSpec[]): (access: Access) => boolean {
  const keyOf = ({ grantee, privilege }: Access): string => `${grantee}\0${privilege}`;
  const keys = rules.flatMap(({ role, privileges }) =>
    privileges.map((privilege) => keyOf({ grantee: role, privilege })),
  );
  const known = new Set(keys);
  return (access) => known.has(keyOf(access));
}

interface Access {
  readonly grantee: string;
  readonly privilege: string;
}

const sameObject = 'Leave one of the two entries out: their names mean the same object.';
const partOfObject =
  'PostgreSQL grants on a table or view mean every column: grant on the other columns instead, by name.';

function contradiction(
  type: GrantableType,
  { schema, name, subtype }: ObjectGroup,
  { grantee, privilege }: Access,
  hint: string,
): Refusal {
  const shown = readableName(type, name ?? '*');
  const object = JSON.stringify(schema === null ? shown : `${schema}.${shown}`);
  return new Refusal(
    'InvalidSpec',
    `grants declare ${privilege} for ${grantee} on ${subtype ?? type.type} ${object} both present and absent`,
    hint,
  );
}
