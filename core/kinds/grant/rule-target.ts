import type { ObjectGroup } from '../../acl.ts';
import type { GrantSpec } from '../../graph.ts';
import { grouped } from '../../grouped.ts';
import { oncePer } from '../../once-per.ts';
import { targetKey } from '../../target-key.ts';
import type { GrantableType } from './grantable-type.ts';
import { grantKindName } from './grantable-type.ts';

/** Whether a manifest's object type is one of the words for objects of this kind. */
export function isWordOf({ type, words }: GrantableType, word: string): boolean {
  return words === undefined ? word === type : Object.hasOwn(words, word);
}

type Spec = Pick<GrantSpec, 'object'>;

const specsByWord = oncePer((specs: readonly Spec[]) =>
  grouped(specs, ({ object }) => object.type),
);

/** The rules or ownerships on one object type, in the order of the manifest. Every type asks for its own among all. */
export function specsOn<T extends Spec>(type: GrantableType, specs: readonly T[]): readonly T[] {
  const words = [...specsByWord(specs).keys()].filter((word) => isWordOf(type, word));
  const [word, ...others] = words;
  if (word === undefined) return [];
  if (others.length > 0) return specs.filter(({ object }) => words.includes(object.type));
  return specsByWord(specs).get(word) as readonly T[];
}

/** Whether a rule's object is this row, or is `*` and the row is of its type. */
export function means(
  { words }: GrantableType,
  { type: word, name }: GrantSpec['object'],
  row: Pick<ObjectGroup, 'name' | 'names' | 'subtype'>,
): boolean {
  const subtypes = words?.[word];
  if (subtypes !== undefined && !subtypes.includes(row.subtype ?? '')) return false;
  if (name === '*') return true;
  return row.names?.includes(`${word} ${name}`) ?? row.name === name;
}

/** A row with a hint is no object: it explains why a name means none. */
export function isPresent({ hint }: ObjectGroup): boolean {
  return hint === undefined || hint === null;
}

/** Finds the rows that a rule can mean. There can be thousands of rows and of rules. */
export function rowsByTarget(
  type: GrantableType,
  rows: readonly ObjectGroup[],
): (object: GrantSpec['object']) => readonly ObjectGroup[] {
  const named = rows.flatMap((row) => namesOf(type, row).map((name) => ({ name, row })));
  const byName = grouped(named, ({ name, row }) => targetKey(row.schema, name));
  return ({ schema, type: word, name }) =>
    (byName.get(targetKey(schema, `${word} ${name}`)) ?? []).map(({ row }) => row);
}

/** Finds the rules that can mean a row: those with one of its names, and wildcards. There can be thousands of rules. */
export function rulesByTarget(
  type: GrantableType,
  grants: readonly GrantSpec[],
  ensure: GrantSpec['ensure'],
): RulesOf {
  const known = rulesByType(grants);
  const key = `${ensure} ${grantKindName(type)}`;
  const rules = known.get(key) ?? indexedRules(type, grants, ensure);
  known.set(key, rules);
  return rules;
}

type RulesOf = (row: ObjectGroup) => readonly GrantSpec[];

const rulesByType = oncePer((): Map<string, RulesOf> => new Map());

function indexedRules(
  type: GrantableType,
  grants: readonly GrantSpec[],
  ensure: GrantSpec['ensure'],
): RulesOf {
  const rules = specsOn(type, grants).filter((grant) => grant.ensure === ensure);
  if (rules.length === 0) return () => [];
  const byTarget = grouped(rules, ({ object: { schema, type: word, name } }) =>
    targetKey(schema, name === '*' ? name : `${word} ${name}`),
  );
  const merged = new Map([...byTarget].map(([key, some]) => [key, mergedRules(some)]));
  return (row) =>
    ['*', ...namesOf(type, row)].flatMap((name) => merged.get(targetKey(row.schema, name)) ?? []);
}

/** Joins rules that differ in their privileges only, so that repetitions cost no time on each row. */
function mergedRules(rules: readonly GrantSpec[]): readonly GrantSpec[] {
  const alike = grouped(rules, ({ role, grantable, object: { type } }) =>
    [type, String(grantable), role].join('\0'),
  );
  return [...alike.values()].flatMap(([first, ...others]) => {
    if (first === undefined) return [];
    const privileges = [first, ...others].flatMap((rule) => rule.privileges);
    return [{ ...first, privileges: [...new Set(privileges)] }];
  });
}

/** The names of a row in rules, each as `type name`. */
export function namesOf(
  { type, words }: GrantableType,
  { name, names }: Pick<ObjectGroup, 'name' | 'names'>,
): readonly string[] {
  if (names) return names;
  return name === null ? [] : Object.keys(words ?? { [type]: [] }).map((word) => `${word} ${name}`);
}
