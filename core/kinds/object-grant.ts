import type { AclEntry, ObjectGroup } from '../acl.ts';
import { objectGroup } from '../acl.ts';
import type { GrantSpec } from '../graph.ts';
import type { CatalogQuery, Count, Edit, Effect, Fact, Live, ObjectKind, Ref } from '../kind.ts';
import { renderGrants } from './object-grant-sql.ts';

/** One privilege of one grantee, from one grantor, on one object or one group of alike objects. */
export interface GrantFact extends Fact {
  readonly id: {
    readonly schema: string | undefined;
    readonly object: string;
    readonly grantee: string;
    readonly grantor: string;
    readonly privilege: string;
  };
  readonly state: { readonly grantable: boolean };
  /** Where the SQL names come from: the object itself, or its group. Not part of what the fact says. */
  readonly target: {
    readonly sql: string | undefined;
    readonly group: string | undefined;
    readonly owner: string;
    /** Objects in the group. */
    readonly count: number;
  };
}

/** What sets one grantable object type apart from the others. */
export interface GrantableType {
  /** As the manifest spells it, e.g. `materialized_view`. */
  readonly type: string;
  /** After GRANT ... ON, e.g. `TABLE`. */
  readonly keyword: string;
  /** Privileges PostgreSQL knows for the type. Source: PostgreSQL manual, 5.8, table 5.2. */
  readonly privileges: readonly string[];
  /** The type in the plural, for people. */
  readonly plural: string;
  readonly inspect: CatalogQuery;
  /** The keyword in ALTER DEFAULT PRIVILEGES, and the letter in pg_default_acl, where the type has them. */
  readonly defaults?: { readonly keyword: string; readonly letter: string };
  /** Rows as they will be once the plan's other changes are made, where those change owners. */
  readonly settle?: (rows: readonly ObjectGroup[], live: Live) => readonly ObjectGroup[];
  /** Grants beside the rules, e.g. those that repair an owner's own privileges. */
  readonly besides?: (rows: readonly ObjectGroup[], live: Live) => readonly GrantRequest[];
  readonly needs?: (fact: GrantFact) => readonly Ref[];
  /** What a name that a rule gives says beyond itself, for `inspect` to find the object by. */
  readonly lookup?: (name: string) => {
    readonly base: string;
    readonly arguments: readonly string[] | undefined;
  };
  /** True for types that live outside schemas. */
  readonly outsideSchemas?: true;
  /** True for schemas: an object of this type is itself the schema that comes into scope. */
  readonly isSchema?: true;
}

/** Privileges that a grantee should have on the objects of a row. */
export interface GrantRequest {
  readonly row: ObjectGroup;
  readonly grantee: string;
  readonly privileges: readonly string[];
}

export type GrantKind = ObjectKind<GrantFact, ObjectGroup> & { readonly grantable: GrantableType };

/**
 * The kind for grants on one object type.
 *
 * A wildcard is laid over the live objects: what an object should grant is the union of every rule that matches it,
 * and the difference is taken for each object, so rules may overlap and a new object concerns itself only.
 */
export function grantKind(grantable: GrantableType): GrantKind {
  const name = `${grantable.type}_grant`;
  const settle = grantable.settle ?? ((rows) => rows);
  return {
    name,
    grantable,
    inspect: grantable.inspect,
    decode: (row) => objectGroup.parse(row),
    observed: (rows, live) =>
      settle(rows.filter(isPresent), live).flatMap((row) => observedGrants(name, row)),
    desired: (rows, live) =>
      desiredGrants(name, grantable, settle(rows.filter(isPresent), live), live),
    missing: (rows, live) =>
      missingObjects(grantable.type, [...rows, ...settle(rows.filter(isPresent), live)], live),
    group: ({ target }) => target.group,
    key: ({ schema, object, grantee, grantor, privilege }) =>
      [schema ?? '', object, grantee, grantor, privilege].join('\0'),
    aliases: ({ id, state }) => (state.grantable ? [optionKey(id, id.grantee)] : []),
    needs: (fact) => [
      { kind: name, key: optionKey(fact.id, fact.id.grantor) },
      { kind: 'role', key: fact.id.grantee },
      { kind: 'retirement', key: fact.id.grantee },
      ...(fact.id.schema === undefined ? [] : [{ kind: 'schema', key: fact.id.schema }]),
      ...(grantable.needs?.(fact) ?? []),
    ],
    governs: ({ id }, { managed }) => managed.has(id.grantee),
    effect: grantEffect,
    render: (edits, _live, names) => renderGrants(grantable, edits, names),
    explain: (edit) => explainGrant(grantable, edit),
    counts: (edit) => [countGrant(name, edit)],
  };
}

/** One for each object and grantee, whatever the number of privileges. */
function countGrant(kind: string, edit: Edit<GrantFact>): Count {
  const { id, target } = edit.fact;
  return {
    as: grantEffect(edit) === 'removes' ? 'grants_revoked' : 'grants_added',
    once: [kind, id.schema ?? '', id.object, id.grantee].join('\0'),
    times: target.count,
  };
}

/** The grant option by which its holder grants onwards: what the holder granted goes before it does. */
function optionKey({ schema, object, privilege }: GrantFact['id'], holder: string): string {
  return ['grant option', schema ?? '', object, privilege, holder].join('\0');
}

function isPresent({ hint }: ObjectGroup): boolean {
  return hint === undefined || hint === null;
}

function observedGrants(kind: string, row: ObjectGroup): GrantFact[] {
  return row.acl
    .filter(({ grantee }) => grantee !== row.owner)
    .map((entry) => factOf(kind, row, entry));
}

function factOf(kind: string, row: ObjectGroup, entry: AclEntry): GrantFact {
  const { grantee, grantor, privilege, grantable } = entry;
  const object = row.name ?? `* ${row.group ?? ''}`;
  return {
    kind,
    id: { schema: row.schema ?? undefined, object, grantee, grantor, privilege },
    state: { grantable },
    target: {
      sql: row.sql ?? undefined,
      group: row.group ?? undefined,
      owner: row.owner,
      count: row.count,
    },
  };
}

function desiredGrants(
  kind: string,
  { type, besides }: GrantableType,
  rows: readonly ObjectGroup[],
  live: Live,
): GrantFact[] {
  const rules = rulesBySchema(live.graph.grants.filter(({ object }) => object.type === type));
  const requests = rows.flatMap((row) =>
    (rules.get(row.schema ?? '') ?? [])
      .filter(({ role, object }) => role !== row.owner && matches(object.name, row))
      .map(({ role, privileges }) => ({ row, grantee: role, privileges })),
  );
  const extra = besides?.(rows, live) ?? [];
  return [...requests, ...extra].flatMap(({ row, grantee, privileges }) =>
    privileges.flatMap((privilege) => granted(kind, row, { grantee, privilege }, live)),
  );
}

interface Wanted {
  readonly grantee: string;
  readonly privilege: string;
}

function rulesBySchema(grants: readonly GrantSpec[]): ReadonlyMap<string, readonly GrantSpec[]> {
  const bySchema = new Map<string, GrantSpec[]>();
  for (const grant of grants) {
    const schema = grant.object.schema ?? '';
    bySchema.set(schema, [...(bySchema.get(schema) ?? []), grant]);
  }
  return bySchema;
}

function namesOf({ name, names }: ObjectGroup): readonly string[] {
  return names ?? (name === null ? [] : [name]);
}

function matches(name: string, row: ObjectGroup): boolean {
  return name === '*' || namesOf(row).includes(name);
}

/**
 * A privilege that is there counts whoever granted it, unless the grantor is about to lose its grant option, as
 * every role of the policy is; one that is not there will come from the owner.
 */
function granted(kind: string, row: ObjectGroup, request: Wanted, live: Live): GrantFact[] {
  const { grantee, privilege } = request;
  const loses = (grantor: string): boolean =>
    live.mode !== 'additive' && grantor !== row.owner && live.managed.has(grantor);
  const present = row.acl.filter(
    (entry) => entry.grantee === grantee && entry.privilege === privilege && !loses(entry.grantor),
  );
  const entries =
    present.length > 0 ? present : [{ grantee, grantor: row.owner, privilege, grantable: false }];
  return entries.map((entry) => factOf(kind, row, { ...entry, grantable: false }));
}

function missingObjects(type: string, rows: readonly ObjectGroup[], { graph }: Live): string[] {
  const present = new Set(
    rows
      .filter(isPresent)
      .flatMap((row) => namesOf(row).map((name) => `${row.schema ?? ''}\0${name}`)),
  );
  const named = graph.grants.filter(({ object }) => object.type === type && object.name !== '*');
  const absent = named.filter(
    ({ object }) => !present.has(`${object.schema ?? ''}\0${object.name}`),
  );
  return absent.map(({ object: { schema, name } }) => {
    const near = rows.find((row) => row.name === name && row.schema === (schema ?? null));
    const hint = typeof near?.hint === 'string' ? ` (${near.hint})` : '';
    return `${type} ${JSON.stringify(schema === undefined ? name : `${schema}.${name}`)}${hint}`;
  });
}

function explainGrant(
  { type, plural }: GrantableType,
  { op, fact: { id, target } }: Edit<GrantFact>,
): string {
  const name = target.group === undefined ? `${type} ${id.object}` : undefined;
  const what = name ?? `${String(target.count)} ${target.count === 1 ? type : plural}`;
  const where = id.schema === undefined ? '' : ` in schema ${id.schema}`;
  const done = op === 'drop' ? 'revoked from' : 'granted to';
  return `${id.privilege} on ${what}${where} is ${done} ${id.grantee}`;
}

function grantEffect(edit: Edit<GrantFact>): Effect {
  switch (edit.op) {
    case 'create':
      return 'adds';
    case 'drop':
      return 'removes';
    case 'alter':
      return edit.fact.state.grantable ? 'adds' : 'removes';
  }
}
