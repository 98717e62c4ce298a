import type { AclEntry, ObjectGroup } from '../../../acl.ts';
import { authorityOf } from '../../../authority/authority-of.ts';
import { standingsOf } from '../../../authority/means.ts';
import { grouped } from '../../../grouped.ts';
import type { Live } from '../../../live.ts';
import { oncePer } from '../../../once-per.ts';
import { type GrantFact, wipingKey } from '../fact.ts';
import { desiredGrants, observedGrants } from '../grant-rules.ts';
import type { GrantKind } from '../object-grant.ts';
import { materializedView, table, view } from './relation.ts';

/** The kinds of relations whose columns have their own ACLs. */
export const columnRelations = [table, view, materializedView];

/** What the plan revokes from a grantee on a relation, and so on its columns too. */
interface Taken {
  readonly what: 'privilege' | 'option';
  /** Refers to what is revoked on the relation. */
  readonly kind: string;
  readonly key: string;
  /** The plan cannot revoke it. A finding says why. */
  readonly stays: boolean;
}

/**
 * Columns as they are after the plan's REVOKEs on their relations: what PostgreSQL revokes from a grantee on a relation, it
 * also revokes on every column, for the same grantor, and it refuses if the grantee has granted it to others. `hangsOn` of
 * such grants to others says what they depend on. Source: PostgreSQL manual, REVOKE, Notes; ExecGrant_Relation() in aclchk.c.
 */
export function withoutWiped(
  columns: GrantKind,
  rows: readonly ObjectGroup[],
  live: Live,
): readonly ObjectGroup[] {
  if (live.mode === 'additive') return rows;
  const taken = takenOnRelations(columns, rows, live);
  if (taken.size === 0) return rows;
  return rows.map((row) => ({
    ...row,
    acl: row.acl.flatMap((entry) => afterwards(entry, row, taken)),
  }));
}

function afterwards(
  entry: AclEntry,
  row: ObjectGroup,
  taken: ReadonlyMap<string, Taken>,
): AclEntry[] {
  const hangsOn = wipedOptions(entry, row, taken);
  const kept = hangsOn.length === 0 ? entry : { ...entry, hangsOn };
  const own = taken.get(entryKey(row, entry));
  if (own === undefined || own.stays) return [kept];
  return own.what === 'privilege' ? [] : [{ ...kept, grantable: false }];
}

/** What revokes the options of the grantor of an entry, if it loses each that the grant can depend on. */
function wipedOptions(
  { grantor, privilege }: AclEntry,
  row: ObjectGroup,
  taken: ReadonlyMap<string, Taken>,
): Taken[] {
  const options = optionsOf(row, grantor, privilege);
  const wiping = options.flatMap((option) => taken.get(entryKey(row, option)) ?? []);
  return wiping.length === options.length ? wiping : [];
}

/**
 * The options by which a role can grant a privilege on a column: on the column, and on the relation. When PostgreSQL
 * revokes an option on the relation, it ignores what was granted on columns, and no role could revoke that later.
 */
function optionsOf(row: ObjectGroup, holder: string, privilege: string): readonly AclEntry[] {
  const key = `${holder}\0${privilege}`;
  const { relation } = row;
  return [
    ...(optionsIn(row).get(key) ?? []),
    ...(relation ? (optionsIn(relation).get(key) ?? []) : []),
  ];
}

/** Entries with the grant option, by holder and privilege. */
const optionsIn = oncePer(({ acl }: Pick<ObjectGroup, 'acl'>) =>
  grouped(
    acl.filter(({ grantable }) => grantable),
    ({ grantee, privilege }) => `${grantee}\0${privilege}`,
  ),
);

function entryKey(
  { schema, relation }: Pick<ObjectGroup, 'schema' | 'relation'>,
  { grantee, grantor, privilege }: Omit<AclEntry, 'grantable'>,
): string {
  return JSON.stringify([schema, relation?.name, grantee, grantor, privilege]);
}

function takenOnRelations(
  columns: GrantKind,
  rows: readonly ObjectGroup[],
  live: Live,
): ReadonlyMap<string, Taken> {
  const ofRelations = grouped(rows, (row) => `${row.schema ?? ''}\0${row.relation?.name ?? ''}`);
  return new Map([...ofRelations.values()].flatMap((some) => takenOn(columns, some, live)));
}

/** The entries on a relation, or on a column of it. */
interface Acl {
  /** Of a column. */
  readonly column: ObjectGroup | undefined;
  readonly kind: GrantKind;
  /** By privilege and grantor. */
  readonly byGrantor: ReadonlyMap<string, readonly GrantFact[]>;
  /** Results of `hasPassedOn`, by privilege and holder. */
  readonly passing: Map<string, boolean>;
}

const aclOf = (kind: GrantKind, facts: readonly GrantFact[], column?: ObjectGroup): Acl => ({
  kind,
  column,
  byGrantor: grouped(facts, ({ id }) => `${id.privilege}\0${id.grantor}`),
  passing: new Map(),
});

/** `rows` are columns of one relation. */
function takenOn(columns: GrantKind, rows: readonly ObjectGroup[], live: Live): [string, Taken][] {
  const [{ relation, ...row } = {}] = rows;
  const kind = columnRelations.find(({ grantable }) => grantable.type === relation?.type);
  if (kind === undefined || !relation || !('schema' in row)) return [];
  const whole = { ...row, ...relation };
  const wanted = [...desiredGrants(kind.grantable, [whole], live)];
  const states = new Map(wanted.map((fact) => [kind.key(fact.id), fact.state]));
  const before = [...observedGrants(kind.grantable, [whole], live)];
  const acls: Acl[] = [
    aclOf(kind, before),
    ...rows.map((one) => aclOf(columns, [...observedGrants(columns.grantable, [one], live)], one)),
  ];
  return before.flatMap((fact): [string, Taken][] => {
    const what = lossOf(fact, states.get(kind.key(fact.id)), kind.governs(fact, live));
    if (what === undefined) return [];
    const object = relation.groupKey === null ? fact.id.object : `* ${relation.groupKey}`;
    const key = wipingKey(what, { ...fact.id, object });
    const stays =
      isBeyondRights(kind, fact, live) || acls.some((acl) => isPassedOn(fact, acl, live));
    return [[entryKey({ ...row, relation }, fact.id), { what, kind: kind.name, key, stays }]];
  });
}

function lossOf(
  { state }: GrantFact,
  wanted: GrantFact['state'] | undefined,
  isGoverned: boolean,
): Taken['what'] | undefined {
  if (wanted === undefined) return isGoverned ? 'privilege' : undefined;
  return state.grantable && !wanted.grantable ? 'option' : undefined;
}

/**
 * Whether the connected role cannot revoke the grant. Facts are made before there are changes to authorize, so this asks
 * about the removal that a later stage would authorize.
 */
function isBeyondRights(kind: GrantKind, fact: GrantFact, live: Live): boolean {
  const { unmet } = authorityOf(kind, { op: 'drop', fact }, live, standingsWithNew(live));
  return unmet.length > 0;
}

/** The connected role can join the roles that the plan creates: one can be the declared owner. */
const standingsWithNew = oncePer((live: Live) => standingsOf(live, live.newRoles));

/** Whether an entry has the option that is revoked with `taken`, and a grant that stays depends on it. */
function isPassedOn({ id }: GrantFact, acl: Acl, live: Live): boolean {
  const { grantee, grantor, privilege } = id;
  const granted = acl.byGrantor.get(`${privilege}\0${grantor}`) ?? [];
  const hasOption = granted.some((fact) => fact.id.grantee === grantee && fact.state.grantable);
  return (hasOption || isOnlyOption(id, acl.column)) && hasPassedOn(grantee, privilege, acl, live);
}

/** Whether an entry on a relation is the only option by which its grantee can grant on a column. */
function isOnlyOption(
  { grantee, grantor, privilege }: GrantFact['id'],
  column: ObjectGroup | undefined,
): boolean {
  if (column === undefined) return false;
  const options = optionsOf(column, grantee, privilege);
  return options.length > 0 && options.every((option) => option.grantor === grantor);
}

/** Visits each holder once, although many paths can lead to it. */
function hasPassedOn(holder: string, privilege: string, acl: Acl, live: Live): boolean {
  const key = `${privilege}\0${holder}`;
  const known = acl.passing.get(key);
  if (known !== undefined) return known;
  acl.passing.set(key, false);
  const stays = (acl.byGrantor.get(key) ?? []).some(
    (fact) =>
      !acl.kind.governs(fact, live) ||
      (fact.id.grantee !== fact.target.owner && hasPassedOn(fact.id.grantee, privilege, acl, live)),
  );
  acl.passing.set(key, stays);
  return stays;
}
