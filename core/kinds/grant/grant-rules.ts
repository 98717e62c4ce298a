import type { AclEntry, ObjectGroup } from '../../acl.ts';
import type { GrantSpec } from '../../graph.ts';
import { grouped } from '../../grouped.ts';
import type { Live } from '../../live.ts';
import { oncePer } from '../../once-per.ts';
import { everyone } from '../../public.ts';
import { accessOf, refuseForbidden } from './contradictions.ts';
import { staysWhenTakenBack } from './public-privileges.ts';
import type { GrantFact } from './fact.ts';
import { type GrantableType, grantKindName } from './grantable-type.ts';
import { means, rulesByTarget } from './rule-target.ts';
import { refuseTooMany } from './fact-limit.ts';

/** The grants on the objects, without those of an owner to itself. Those that an absence rule names are marked. */
export function* observedGrants(
  type: GrantableType,
  rows: readonly ObjectGroup[],
  live: Live,
): Generator<GrantFact, void> {
  const { graph } = live;
  const absences = rulesByTarget(type, graph.grants, 'absent');
  refuseTooMany(rows, absences);
  for (const row of rows) {
    const rules = absences(row).filter(({ object }) => means(type, object, row));
    const isForbidden = accessOf([...rules, ...(type.forbiddenByWhole?.(row, live) ?? [])]);
    for (const entry of row.acl) {
      if (isOwner(entry.grantee, row) && entry.grantor === row.owner) continue;
      const fact = factOf(type, row, entry);
      const target = { ...fact.target, forbidden: true } as const;
      const isTaken = isForbidden(entry) && !staysWhenTakenBack(type, row, entry, live);
      yield isTaken ? { ...fact, target } : fact;
    }
  }
}

/** The grants that the rules want on each row: the union of all rules that mean it. Throws Refusal if rules contradict. */
export function* desiredGrants(
  type: GrantableType,
  rows: readonly ObjectGroup[],
  live: Live,
): Generator<GrantFact, void> {
  const rules = rulesByTarget(type, live.graph.grants, 'present');
  const absences = rulesByTarget(type, live.graph.grants, 'absent');
  const besides = grouped(type.besides?.(rows, live) ?? [], ({ row }) => row);
  refuseTooMany(rows, rules);
  for (const row of rows) {
    const wanted = wantedOn(type, row, rules(row));
    refuseForbidden(type, row, wanted.values(), { absences: absences(row), live });
    for (const { grantee, privileges } of besides.get(row) ?? [])
      for (const privilege of privileges)
        addWanted(wanted, { grantee, privilege, grantable: false });
    const context = { wanted, live, losing: new Map<string, boolean>() };
    for (const one of wanted.values()) yield* granted(type, row, one, context);
    yield* keptByOwner(type, row, context);
  }
}

/** PUBLIC owns nothing, but a role can have that name. */
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

/** If two rules want one privilege, the one with the grant option counts. */
function addWanted(wanted: WantedOnRow, one: Wanted): void {
  const key = wantedKey(one.grantee, one.privilege);
  if (wanted.get(key)?.grantable !== true) wanted.set(key, one);
}

interface Context {
  readonly wanted: WantedOnRow;
  readonly live: Live;
  /** Results of `losesOption` on the row, by grantor and privilege. */
  readonly losing: Map<string, boolean>;
}

const accessKey = ({ grantee, privilege }: AclEntry): string => wantedKey(grantee, privilege);

/** The entries of a row by grantee and privilege. */
const entriesOf = oncePer(({ acl }: ObjectGroup) => grouped(acl, accessKey));

/**
 * A privilege counts as granted whatever its grantor, unless the plan revokes the grantor's option, as it does for every
 * role of the policy that is not declared with one. The owner grants what is missing. If a grant option is declared and
 * no entry has it, one entry gets it; if none is declared, all entries lose it.
 */
function granted(
  type: GrantableType,
  row: ObjectGroup,
  one: Wanted,
  context: Context,
): GrantFact[] {
  const { grantee, privilege, grantable } = one;
  const entries = entriesOf(row).get(wantedKey(grantee, privilege)) ?? [];
  const present = entries.filter((entry) => !losesOption(type, entry, row, context));
  const fromOwner = { grantee, grantor: row.owner, privilege, grantable };
  if (present.length === 0) return [factOf(type, row, fromOwner)];
  if (!grantable) return present.map((entry) => factOf(type, row, { ...entry, grantable: false }));
  const facts = present.map((entry) => factOf(type, row, entry));
  if (present.some((entry) => entry.grantable)) return facts;
  const others = facts.filter(({ id }) => id.grantor !== row.owner);
  return [...others, factOf(type, row, fromOwner)];
}

/** What others granted to the owner stays while they have the option: it would prevent a revocation of that option. */
function keptByOwner(type: GrantableType, row: ObjectGroup, context: Context): GrantFact[] {
  return row.acl
    .filter(({ grantee, grantor }) => isOwner(grantee, row) && grantor !== row.owner)
    .filter(({ grantee, privilege }) => !context.wanted.has(wantedKey(grantee, privilege)))
    .filter((entry) => !losesOption(type, entry, row, context))
    .map((entry) => factOf(type, row, entry));
}

/**
 * Whether the grantor of an entry loses its option, or the entry that it has the option from. It visits each grantor once,
 * although many paths can lead to it. In a circle, no grantor keeps its option.
 */
function losesOption(
  type: GrantableType,
  entry: AclEntry,
  row: ObjectGroup,
  context: Context,
): boolean {
  const { grantor, privilege } = entry;
  const { live, losing } = context;
  if (entry.hangsOn !== undefined) return true;
  if (live.mode === 'additive' || grantor === row.owner || !live.judged.has(grantor)) return false;
  const key = wantedKey(grantor, privilege);
  const known = losing.get(key);
  if (known !== undefined) return known;
  losing.set(key, true);
  const loses = grantorLoses(type, entry, row, context);
  losing.set(key, loses);
  return loses;
}

function grantorLoses(
  type: GrantableType,
  entry: AclEntry,
  row: ObjectGroup,
  context: Context,
): boolean {
  const { wanted, live } = context;
  if (type.keepsOption?.(entry, row, live) === true) return false;
  const key = wantedKey(entry.grantor, entry.privilege);
  if (wanted.get(key)?.grantable !== true) return true;
  const options = (entriesOf(row).get(key) ?? []).filter((one) => one.grantable);
  return options.length > 0 && options.every((one) => losesOption(type, one, row, context));
}

function factOf(type: GrantableType, row: ObjectGroup, entry: AclEntry): GrantFact {
  const { grantee, grantor, privilege, grantable } = entry;
  const object = row.name ?? `* ${row.group ?? ''}`;
  return {
    kind: grantKindName(type),
    id: { schema: row.schema ?? undefined, object, grantee, grantor, privilege },
    state: grantable ? withOption : withoutOption,
    target: targetOf(row, entry),
  };
}

/** Shared, because a database can have hundreds of thousands of grants. */
const withOption = { grantable: true } as const;
const withoutOption = { grantable: false } as const;

function targetOf(row: ObjectGroup, entry: AclEntry): GrantFact['target'] {
  const usual = usualTarget(row);
  const holders = optionHolders(row).get(entry.privilege);
  const { shutOutBy, hangsOn } = entry;
  const lost = lostOption(row, entry);
  if (
    holders === undefined &&
    shutOutBy === undefined &&
    hangsOn === undefined &&
    lost === undefined
  )
    return usual;
  return {
    ...usual,
    optionHolders: holders ?? noHolders,
    shutOutBy,
    ...(hangsOn === undefined ? {} : { hangsOn }),
    ...lost,
  };
}

/** The target of all facts of a row about whose entries nothing special is known. */
const usualTarget = oncePer((row: ObjectGroup): GrantFact['target'] => ({
  sql: row.sql ?? undefined,
  group: row.group ?? undefined,
  owner: row.owner,
  count: row.count,
  subtype: row.subtype ?? undefined,
  column: row.column ?? undefined,
  optionHolders: noHolders,
  shutOutBy: undefined,
}));

/** Whether the grantor of an entry on a column no longer has the option to grant it. */
function lostOption(
  { lost, owner }: ObjectGroup,
  { grantor, privilege }: AclEntry,
): Pick<GrantFact['target'], 'lost' | 'isStuck'> | undefined {
  if (grantor === owner) return undefined;
  const found = lost?.find((one) => one.grantor === grantor && one.privilege === privilege);
  if (found === undefined) return undefined;
  const { by, keeps, keepsColumn } = found;
  return by === null
    ? { isStuck: true }
    : { lost: { by, keeps: by === 'relation' ? keeps : keepsColumn } };
}

const noHolders: readonly string[] = [];

/** The holders of a grant option other than the owner, by privilege: one list for all facts of the row. */
const optionHolders = oncePer(({ acl, owner }: ObjectGroup) => {
  const holders = new Map<string, string[]>();
  for (const { grantable, grantee, privilege } of acl) {
    if (!grantable || grantee === owner) continue;
    const known = holders.get(privilege);
    if (known === undefined) holders.set(privilege, [grantee]);
    else known.push(grantee);
  }
  return holders;
});
