import type { ObjectGroup } from '../../acl.ts';
import type { Live } from '../../live.ts';
import { type GrantableType, readableName } from './grantable-type.ts';
import { isPresent, means, rowsByTarget, specsOn } from './rule-target.ts';

/** Objects that rules name and the rows do not contain. Several rules can name one row. */
export function missingTargets(
  type: GrantableType,
  rows: readonly ObjectGroup[],
  { graph }: Live,
): string[] {
  const named = [...specsOn(type, graph.grants), ...specsOn(type, graph.ownerships)]
    .map(({ object }) => object)
    .filter(({ name }) => name !== '*');
  if (named.length === 0) return [];
  const rowsOf = rowsByTarget(type, rows.filter(isPresent));
  const absent = named.filter((object) => !rowsOf(object).some((row) => means(type, object, row)));
  const hints = new Map(rows.filter((row) => !isPresent(row)).map((row) => [hintKey(row), row]));
  return absent.map((object) => {
    const { type: word, schema, name } = object;
    const hint = hints.get(hintKey({ ...object, subtype: word }))?.hint;
    const why = typeof hint === 'string' ? ` (${hint})` : '';
    const shown = readableName(type, name);
    return `${word} ${JSON.stringify(schema === undefined ? shown : `${schema}.${shown}`)}${why}`;
  });
}

/** A row that explains why a name means no object has the rule's type as its subtype. */
function hintKey({
  schema,
  name,
  subtype,
}: {
  readonly schema: string | null | undefined;
  readonly name: string | null;
  readonly subtype?: string | null | undefined;
}): string {
  return JSON.stringify([subtype, schema ?? null, name]);
}

/** What rules on one object type want and only later PostgreSQL versions have. */
export function unsupportedGrants(type: GrantableType, { graph, server }: Live): string[] {
  const { plural, since = 0, privilegesSince = {} } = type;
  const later = Object.entries(privilegesSince).filter(([, major]) => major > server.major);
  if (since <= server.major && later.length === 0) return [];
  const wanted = new Set(
    [
      ...specsOn(type, graph.grants),
      ...graph.defaultPrivileges.filter(({ onType }) => onType === type.type),
    ].flatMap(({ privileges }) => privileges),
  );
  if (wanted.size === 0) return [];
  if (since > server.major) return [`grants on ${plural} (in ${String(since)} and later)`];
  return later
    .filter(([privilege]) => wanted.has(privilege))
    .map(([privilege, major]) => `${privilege} on ${plural} (in ${String(major)} and later)`);
}
