import type { AclEntry, ObjectGroup } from '../acl.ts';
import { readObjectGroup } from '../acl.ts';
import type {
  CatalogQuery,
  Count,
  Edit,
  Effect,
  Fact,
  Live,
  ObjectKind,
  PgMajor,
  Ref,
  Statement,
} from '../kind.ts';
import { accessEffect } from '../kind.ts';
import { missingTargets, unsupportedGrants } from './grant-refusals.ts';
import { desiredGrants, grantKindName, isPresent, observedGrants } from './grant-rules.ts';
import { madeAsOwner, takenByGrant } from './grant-authority.ts';
import type { Power } from './role-authority.ts';
import { settleOwners } from './ownership-rules.ts';
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
    readonly subtype?: string | undefined;
    /** A column's own name as SQL. */
    readonly column?: string | undefined;
    /** Who else may grant the privilege on it. */
    readonly optionHolders: readonly string[];
    /** The owner must be taken on to revoke what it granted. */
    readonly isTakenOn?: true;
    /** Owner of the schema, where the grantor has no USAGE on it. */
    readonly shutOutBy?: string | undefined;
    /** See `hangsOn` of ACL entries. */
    readonly hangsOn?: AclEntry['hangsOn'];
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
  /** After ALTER, where the type's objects have owners of their own and the manifest gives them so. */
  readonly ownerKeyword?: string;
  /** Attribute it takes to give one away, beside being its owner. Source: AlterDatabaseOwner(), AlterForeignDataWrapperOwner(). */
  readonly ownerPower?: Power;
  /** Keyword and plural of the subtypes of rows that have others. */
  readonly subtypes?: Readonly<
    Record<string, { readonly keyword: string; readonly plural: string }>
  >;
  /** The first PostgreSQL major that has the type, and those of privileges that came later than it. */
  readonly since?: PgMajor;
  readonly privilegesSince?: Readonly<Record<string, PgMajor>>;
  /**
   * Words a manifest may use as type of these objects, each with the subtypes of rows it means, e.g. `domain` for
   * domains only. Without it, the type means every row.
   */
  readonly words?: Readonly<Record<string, readonly string[]>>;
  /** A name as people read it, where it is not the manifest's own. */
  readonly readable?: (name: string) => string;
  /** True for what a manifest names in another way than as an object type: columns. */
  readonly hidden?: true;
  /** What is taken on such an object is taken on its columns too, which have entries of their own. */
  readonly hasColumns?: true;
  readonly inspect: CatalogQuery;
  /** What of it concerns default privileges, where the type has them. */
  readonly defaults?: DefaultPrivileges;
  /** Rows as they will be once the plan's other changes are made, where those change owners. */
  readonly settle?: (rows: readonly ObjectGroup[], live: Live) => readonly ObjectGroup[];
  /** Grants beside the rules, e.g. those that repair an owner's own privileges. */
  readonly besides?: (rows: readonly ObjectGroup[], live: Live) => readonly GrantRequest[];
  /** Whether the grantor of an entry may grant by more than entries of the row, and keeps that. */
  readonly keepsOption?: (entry: AclEntry, row: ObjectGroup, live: Live) => boolean;
  /** What grants on the whole that a row is part of give on it too: a table's on its columns. */
  readonly fromWhole?: (row: ObjectGroup, live: Live) => readonly GrantFact['id'][];
  readonly needs?: (fact: GrantFact) => readonly Ref[];
  /** Statements for edits of one op, where privileges are not followed by ON, keyword and names alone. */
  readonly render?: (edits: readonly Edit<GrantFact>[]) => readonly Statement[];
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

interface DefaultPrivileges {
  /** In ALTER DEFAULT PRIVILEGES. */
  readonly keyword: string;
  /** In pg_default_acl. */
  readonly letter: string;
  /** What PUBLIC gets unless something else is said. Source: acldefault() in acl.c. */
  readonly everyone?: readonly string[];
  /** The first PostgreSQL major that has them. */
  readonly since?: PgMajor;
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
  const settle = (rows: readonly ObjectGroup[], live: Live): readonly ObjectGroup[] => {
    const owned = settleOwners(grantable, rows, live);
    return grantable.settle?.(owned, live) ?? owned;
  };
  return {
    name,
    grantable,
    inspect: grantable.inspect,
    decode: readObjectGroup,
    observed: (rows, live) => observedGrants(grantable, settle(rows.filter(isPresent), live), live),
    desired: (rows, live) => desiredGrants(grantable, settle(rows.filter(isPresent), live), live),
    missing: (rows, live) =>
      missingTargets(grantable, [...rows, ...settle(rows.filter(isPresent), live)], live),
    unsupported: (live) => unsupportedGrants(grantable, live),
    group: ({ target }) => target.group,
    key: grantKey,
    aliases: (fact) => [...optionsOf(fact), ...(grantable.hasColumns ? wipesOf(fact) : [])],
    needs: (fact) => [
      ...grantedBy(fact),
      { kind: 'role', key: fact.id.grantee },
      { kind: 'retirement', key: fact.id.grantee },
      ...(fact.id.schema === undefined ? [] : [{ kind: 'schema', key: fact.id.schema }]),
      ...(grantable.needs?.(fact) ?? []),
    ],
    holder: ({ id }) => id.grantee,
    takes: takenByGrant,
    governs: ({ id, target }, { judged }) => target.forbidden === true || judged.has(id.grantee),
    effect: grantEffect,
    render: (edits, live, names) => {
      const made = edits.map((edit) => madeAsOwner(edit, live));
      return grantable.render?.(made) ?? renderGrants(grantable, made, names);
    },
    explain: (edit) => explainGrant(grantable, edit),
    counts: (edit) => [countGrant(name, edit)],
  };
}

export function grantKey({ schema, object, grantee, grantor, privilege }: GrantFact['id']): string {
  return [schema ?? '', object, grantee, grantor, privilege].join('\0');
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

function optionsOf({ id, state, target }: GrantFact): string[] {
  return state.grantable && id.grantee !== target.owner ? [optionKey(id, id.grantee)] : [];
}

/** What goes with an entry on columns: what was granted onwards by it there goes before. */
export function wipingKey(what: 'privilege' | 'option', id: GrantFact['id']): string {
  return ['on columns', what, grantKey(id)].join('\0');
}

function wipesOf({ id, state }: GrantFact): string[] {
  return [wipingKey('privilege', id), ...(state.grantable ? [wipingKey('option', id)] : [])];
}

/** The option it was granted by, and what takes that too; the option itself only where that one stays. */
function grantedBy({ kind, id, target: { hangsOn = [] } }: GrantFact): Ref[] {
  const isLost = hangsOn.length > 0 && hangsOn.every(({ stays }) => !stays);
  return [...(isLost ? [] : [{ kind, key: optionKey(id, id.grantor) }]), ...hangsOn];
}

function explainGrant(type: GrantableType, { op, fact: { id, target } }: Edit<GrantFact>): string {
  const { subtype = type.type } = target;
  const name =
    target.group === undefined ? `${subtype} ${readableName(type, id.object)}` : undefined;
  const plural = type.subtypes?.[subtype]?.plural ?? type.plural;
  const what = name ?? `${String(target.count)} ${target.count === 1 ? subtype : plural}`;
  const where = id.schema === undefined ? '' : ` in schema ${id.schema}`;
  const done = op === 'drop' ? 'revoked from' : 'granted to';
  return `${id.privilege} on ${what}${where} is ${done} ${id.grantee}`;
}

function grantEffect(edit: Edit<GrantFact>): Effect {
  return accessEffect(edit, (_from, { state }) => state.grantable);
}

export function readableName({ readable }: GrantableType, name: string): string {
  return readable?.(name) ?? name;
}
