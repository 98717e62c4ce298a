import type { ObjectGroup } from '../acl.ts';
import { objectGroup } from '../acl.ts';
import type { CatalogQuery, Count, Edit, Effect, Fact, Live, ObjectKind, Ref } from '../kind.ts';
import {
  desiredGrants,
  grantKindName,
  isPresent,
  isWordOf,
  means,
  observedGrants,
  rowsBySchema,
} from './grant-rules.ts';
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
    /** An absence rule names it: it must go, whoever manages the grantee. */
    readonly forbidden?: true;
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
  /**
   * Words a manifest may use as type of these objects, each with the subtypes of rows it means, e.g. `domain` for
   * domains only. Without it, the type means every row.
   */
  readonly words?: Readonly<Record<string, readonly string[]>>;
  /** True for what a manifest names in another way than as an object type: columns. */
  readonly hidden?: true;
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
  const name = grantKindName(grantable);
  const settle = grantable.settle ?? ((rows) => rows);
  return {
    name,
    grantable,
    inspect: grantable.inspect,
    decode: (row) => objectGroup.parse(row),
    observed: (rows, live) => observedGrants(grantable, settle(rows.filter(isPresent), live), live),
    desired: (rows, live) => desiredGrants(grantable, settle(rows.filter(isPresent), live), live),
    missing: (rows, live) =>
      missingObjects(grantable, [...rows, ...settle(rows.filter(isPresent), live)], live),
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
    governs: ({ id, target }, { judged }) => target.forbidden === true || judged.has(id.grantee),
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

/** Rules name objects by manifest words, so one row may be what several rules name. */
function missingObjects(
  type: GrantableType,
  rows: readonly ObjectGroup[],
  { graph }: Live,
): string[] {
  const named = [...graph.grants, ...graph.ownerships]
    .map(({ object }) => object)
    .filter(({ type: word, name }) => isWordOf(type, word) && name !== '*');
  const present = rows.filter(isPresent);
  const bySchema = rowsBySchema(present);
  const absent = named.filter(
    (object) => !(bySchema.get(object.schema ?? '') ?? []).some((row) => means(type, object, row)),
  );
  return absent.map(({ type: word, schema, name }) => {
    const near = rows.find((row) => row.name === name && row.schema === (schema ?? null));
    const hint = typeof near?.hint === 'string' ? ` (${near.hint})` : '';
    return `${word} ${JSON.stringify(schema === undefined ? name : `${schema}.${name}`)}${hint}`;
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
