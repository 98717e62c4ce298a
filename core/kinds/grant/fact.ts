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
  /** The source of the SQL names: the object itself, or its group. It is not part of the fact's meaning. */
  readonly target: {
    readonly sql: string | undefined;
    readonly group: string | undefined;
    readonly owner: string;
    /** Number of objects in the group. */
    readonly count: number;
    readonly subtype?: string | undefined;
    /** A column's own name as SQL. */
    readonly column?: string | undefined;
    /** Other roles that may grant the privilege on it. */
    readonly optionHolders: readonly string[];
    /** pgwarden must become the owner to revoke what the owner granted. */
    readonly isTakenOn?: true;
    /** Owner of the schema, if the grantor has no USAGE on it. */
    readonly shutOutBy?: string | undefined;
    /** See `hangsOn` of ACL entries. */
    readonly hangsOn?: AclEntry['hangsOn'];
    /** The grantor of an entry on a column lost its option: where it gets the option back, and whether it has the privilege there. */
    readonly lost?: { readonly by: 'relation' | 'column'; readonly keeps: boolean };
    /** No role can revoke it without revoking more. */
    readonly isStuck?: true;
    /** An absence rule names it: pgwarden revokes it, even if another policy manages the grantee. */
    readonly forbidden?: true;
  };
}

export function grantKey({ schema, object, grantee, grantor, privilege }: GrantFact['id']): string {
  return [schema ?? '', object, grantee, grantor, privilege].join('\0');
}

/** Key of what is revoked on columns together with an entry. What depends on it there is revoked before. */
export function wipingKey(what: 'privilege' | 'option', id: GrantFact['id']): string {
  return ['on columns', what, grantKey(id)].join('\0');
}

/** The op of the statement: adding a grant option to a privilege is a GRANT too. */
export function renderedOp<F extends GrantableFact>({ op, fact }: Edit<F>): Edit<F>['op'] {
  return op === 'alter' && fact.state.grantable ? 'create' : op;
}

interface GrantableFact extends Fact {
  readonly state: { readonly grantable: boolean };
}
