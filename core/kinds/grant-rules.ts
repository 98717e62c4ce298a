import type { AclEntry, ObjectGroup } from '../acl.ts';
import type { GrantSpec } from '../graph.ts';
import { grouped } from '../grouped.ts';
import type { Live } from '../kind.ts';
import { everyone } from '../public.ts';
import { refuseForbidden } from './grant-contradictions.ts';
import type { GrantFact } from './grant-fact.ts';
import type { GrantableType } from './grantable-type.ts';
import { grantKindName } from './grantable-type.ts';
import { means, rulesByTarget } from './rule-target.ts';

/** What the owner has from itself is left out; what an absence rule names is marked as such. */
export function observedGrants(
  type: GrantableType,
  rows: readonly ObjectGroup[],
  { graph }: Live,
): GrantFact[] {
  const absences = rulesByTarget(type, graph.grants, 'absent');
  return rows.flatMap((row) => {
    const rules = absences(row).filter(({ object }) => means(type, object, row));
    return row.acl
      .filter(({ grantee, grantor }) => !isOwner(grantee, row) || grantor !== row.owner)
      .map((entry) => {
        const fact = factOf(type, row, entry);
        const isForbidden = rules.some(
          ({ role, privileges }) => role === entry.grantee && privileges.includes(entry.privilege),
        );
        return isForbidden ? { ...fact, target: { ...fact.target, forbidden: true } } : fact;
      });
  });
}

/** What the rules want on each row: the union of every rule that means it. Throws Refusal where they contradict. */
export function desiredGrants(
  type: GrantableType,
  rows: readonly ObjectGroup[],
  live: Live,
): GrantFact[] {
  const rules = rulesByTarget(type, live.graph.grants, 'present');
  const absences = rulesByTarget(type, live.graph.grants, 'absent');
  const besides = grouped(type.besides?.(rows, live) ?? [], ({ row }) => row);
  return rows.flatMap((row) => {
    const wanted = wantedOn(type, row, rules(row));
    refuseForbidden(type, row, wanted.values(), { absences: absences(row), live });
    for (const { grantee, privileges } of besides.get(row) ?? [])
      for (const privilege of privileges)
        addWanted(wanted, { grantee, privilege, grantable: false });
    return [
      ...[...wanted.values()].flatMap((one) => granted(type, row, one, { wanted, live })),
      ...keptByOwner(type, row, { wanted, live }),
    ];
  });
}

/** Everyone owns nothing, though a role can have been given the name that means everyone here. */
function isOwner(grantee: string, { owner }: ObjectGroup): boolean {
  return grantee === owner && grantee !== everyone;
}

interface Wanted {
  readonly grantee: string;
  readonly privilege: string;
  readonly grantable: boolean;
}

/** By grantee and privilege. */
type WantedOnRow = Map<string, Wanted>;

const wantedKey = (grantee: string, privilege: string): string => `${grantee}\0${privilege}`;

function wantedOn(type: GrantableType, row: ObjectGroup, rules: readonly GrantSpec[]): WantedOnRow {
  const wanted: WantedOnRow = new Map();
  const matching = rules.filter(
    ({ role, object }) => !isOwner(role, row) && means(type, object, row),
  );
  for (const { role: grantee, privileges, grantable } of matching)
    for (const privilege of privileges) addWanted(wanted, { grantee, privilege, grantable });
  return wanted;
}

/** Of two rules for one privilege, the one with the grant option counts. */
function addWanted(wanted: WantedOnRow, one: Wanted): void {
  const key = wantedKey(one.grantee, one.privilege);
  if (wanted.get(key)?.grantable !== true) wanted.set(key, one);
}

interface Context {
  readonly wanted: WantedOnRow;
  readonly live: Live;
}

/**
 * A privilege that is there counts whoever granted it, unless the grantor is about to lose its grant option, as
 * every role of the policy is that is not declared with one; what is not there will come from the owner. The option
 * to grant onwards is raised on one entry where no entry has it, and taken from all where it is not declared.
 */
function granted(
  type: GrantableType,
  row: ObjectGroup,
  one: Wanted,
  context: Context,
): GrantFact[] {
  const { grantee, privilege, grantable } = one;
  const present = row.acl.filter(
    (entry) =>
      entry.grantee === grantee &&
      entry.privilege === privilege &&
      !losesOption(type, entry, row, context),
  );
  const fromOwner = { grantee, grantor: row.owner, privilege, grantable };
  if (present.length === 0) return [factOf(type, row, fromOwner)];
  if (!grantable) return present.map((entry) => factOf(type, row, { ...entry, grantable: false }));
  const facts = present.map((entry) => factOf(type, row, entry));
  if (present.some((entry) => entry.grantable)) return facts;
  const others = facts.filter(({ id }) => id.grantor !== row.owner);
  return [...others, factOf(type, row, fromOwner)];
}

/** What others gave the owner stays while they may give it: it stands in the way when their option goes. */
function keptByOwner(type: GrantableType, row: ObjectGroup, context: Context): GrantFact[] {
  return row.acl
    .filter(({ grantee, grantor }) => isOwner(grantee, row) && grantor !== row.owner)
    .filter(({ grantee, privilege }) => !context.wanted.has(wantedKey(grantee, privilege)))
    .filter((entry) => !losesOption(type, entry, row, context))
    .map((entry) => factOf(type, row, entry));
}

/** Whether the grantor of an entry will not have its option, or not by the entry it has it by. */
function losesOption(
  type: GrantableType,
  entry: AclEntry,
  row: ObjectGroup,
  context: Context,
): boolean {
  const { grantor, privilege } = entry;
  const { wanted, live } = context;
  if (entry.hangsOn !== undefined) return true;
  if (live.mode === 'additive' || grantor === row.owner || !live.judged.has(grantor)) return false;
  if (type.keepsOption?.(entry, row, live) === true) return false;
  if (wanted.get(wantedKey(grantor, privilege))?.grantable !== true) return true;
  const options = row.acl.filter(
    (one) => one.grantable && one.grantee === grantor && one.privilege === privilege,
  );
  return options.length > 0 && options.every((one) => losesOption(type, one, row, context));
}

function factOf(type: GrantableType, row: ObjectGroup, entry: AclEntry): GrantFact {
  const { grantee, grantor, privilege, grantable } = entry;
  const object = row.name ?? `* ${row.group ?? ''}`;
  return {
    kind: grantKindName(type),
    id: { schema: row.schema ?? undefined, object, grantee, grantor, privilege },
    state: { grantable },
    target: {
      sql: row.sql ?? undefined,
      group: row.group ?? undefined,
      owner: row.owner,
      count: row.count,
      subtype: row.subtype ?? undefined,
      column: row.column ?? undefined,
      optionHolders: optionHolders(row, privilege),
      shutOutBy: entry.shutOutBy,
      ...(entry.hangsOn === undefined ? {} : { hangsOn: entry.hangsOn }),
    },
  };
}

function optionHolders({ acl, owner }: ObjectGroup, privilege: string): string[] {
  return acl
    .filter((entry) => entry.grantable && entry.privilege === privilege && entry.grantee !== owner)
    .map(({ grantee }) => grantee);
}
