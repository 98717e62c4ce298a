import type { AclEntry } from '../../acl.ts';
import type { Edit, Fact } from '../../fact.ts';

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
    /** The grantor of an entry on a column lost its option: on what it gets it back, and whether it has the privilege there. */
    readonly lost?: { readonly by: 'relation' | 'column'; readonly keeps: boolean };
    /** Nobody can revoke it without taking more with it. */
    readonly isStuck?: true;
    /** An absence rule names it: it must go, whoever manages the grantee. */
    readonly forbidden?: true;
  };
}

export function grantKey({ schema, object, grantee, grantor, privilege }: GrantFact['id']): string {
  return [schema ?? '', object, grantee, grantor, privilege].join('\0');
}

/** What goes with an entry on columns: what was granted onwards by it there goes before. */
export function wipingKey(what: 'privilege' | 'option', id: GrantFact['id']): string {
  return ['on columns', what, grantKey(id)].join('\0');
}

/** Raising a privilege to a grant option, and granting it with one, is the same statement. */
export function renderedOp<F extends GrantableFact>({ op, fact }: Edit<F>): Edit<F>['op'] {
  return op === 'alter' && fact.state.grantable ? 'create' : op;
}

interface GrantableFact extends Fact {
  readonly state: { readonly grantable: boolean };
}
