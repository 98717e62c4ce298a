import type { OwnershipSpec } from '../graph.ts';
import { listed } from '../listed.ts';
import { grantableTypes } from '../registry.ts';
import { matchesAny } from './glob.ts';
import { outsider } from './role-names.ts';
import type { Rule } from './rule.ts';
import type { Found } from './subject.ts';
import { allows, quoted } from './violation.ts';

type Target = OwnershipSpec['object'];

/** Objects that a policy may grant on or give away, by type and by schema. */
export function objectBounds(rule: Rule, object: Target, what: string): (Found | undefined)[] {
  return [typeBound(rule, object.type, what), placeBound(rule, object, what)];
}

export function typeBound({ object_types: allowed }: Rule, type: string, what: string) {
  if (allowed === undefined || allowed.includes(type)) return undefined;
  return { what: `${what} a ${type}`, allowed: allows('object_types', allowed) };
}

function placeBound(rule: Rule, object: Target, what: string): Found | undefined {
  const { type, schema, name } = object;
  const { isSchema, outsideSchemas } = grantableTypes[type] ?? {};
  const where = isSchema === true ? name : schema;
  if (where !== undefined) return schemaBound(rule, where, `${what} ${type}s in schema`);
  if (outsideSchemas !== true || rule.schemas === undefined) return undefined;
  if (rule.object_types !== undefined) return undefined; // typeBound has checked it
  return {
    what: `${what} ${type} ${quoted(name)}`,
    allowed: `${allows('schemas', rule.schemas)}, and object_types allows no other object`,
  };
}

export function schemaBound({ schemas }: Rule, name: string, what: string): Found | undefined {
  if (schemas === undefined || matchesAny(schemas, name)) return undefined;
  return { what: `${what} ${quoted(name)}`, allowed: allows('schemas', schemas) };
}

/** The bounds of the connection check databases, because they know its own one. */
export function isDatabase({ type }: Pick<Target, 'type'>): boolean {
  return grantableTypes[type]?.catalog.covered === 'current database';
}

/** The forbidden privileges of a list on objects of a type. */
function forbiddenOn(
  { forbidden_privileges: forbidden = [] }: Rule,
  type: string | undefined,
  privileges: readonly string[] | undefined,
): string[] {
  const about = forbidden.filter(
    ({ object_types: types }) =>
      type === undefined || types === undefined || types.some((each) => sameObjects(each, type)),
  );
  const names = about.flatMap((each): readonly string[] => each.privileges);
  return [...new Set(privileges ?? known(type))].filter((name) => names.includes(name));
}

function known(type: string | undefined): readonly string[] {
  const types = type === undefined ? Object.values(grantableTypes) : [grantableTypes[type]];
  return types.flatMap((each) => each?.privileges ?? []);
}

/** Two words may mean objects of one kind: a routine is a function too. What is on columns is on part of a table. */
function sameObjects(one: string, other: string): boolean {
  const [left, right] = [grantableTypes[one], grantableTypes[other]];
  if (left?.type === right?.type) return true;
  return right?.hidden === true && left?.hasColumns === true;
}

export function privilegeBound(
  rule: Rule,
  type: string,
  privileges: readonly string[],
  what: string,
): Found | undefined {
  const forbidden = forbiddenOn(rule, type, privileges);
  if (forbidden.length === 0) return undefined;
  const names = forbidden.join(', ');
  return { what: `${what} ${names} on a ${type}`, allowed: 'forbidden_privileges has that' };
}

/** An owner has every privilege and can grant it. `type` undefined means objects of any type. */
export function ownerBounds(
  rule: Rule,
  owner: string,
  type: string | undefined,
  what: string,
): (Found | undefined)[] {
  const outside = outsider(rule, owner, what, 'owners');
  const forbidden = forbiddenOn(rule, type, undefined);
  if (forbidden.length === 0 || matchesAny(rule.owners ?? [], owner)) return [outside];
  const most = 4;
  const through = {
    what: `${what} ${quoted(owner)}, who then has ${listed(forbidden, most)}`,
    allowed: `forbidden_privileges has that, and ${allows('owners', rule.owners ?? [])}`,
  };
  return [outside ?? through];
}
