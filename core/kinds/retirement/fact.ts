import type { Fact, Ref } from '../../fact.ts';
import type { Blocker } from './remedies.ts';
import type { ColumnGrant } from './onwards.ts';

/** What a retired role has in another database. A type, as an interface is no JSON to TypeScript. */
export type Other = {
  readonly database: string;
  readonly dataLost: number;
  /** As of the fact, there. */
  readonly granters: readonly string[];
  /** As of the fact, there. */
  readonly columns: readonly ColumnGrant[];
  /** e.g. `owns table app.t in database other` */
  readonly holds: readonly string[];
};

/** A role that is to go and is still there, with what holds it. */
export interface RetirementFact extends Fact {
  readonly kind: 'retirement';
  readonly id: { readonly role: string };
  readonly state: {
    readonly reassignOwnedTo: string | undefined;
    readonly dropOwned: boolean;
    readonly terminateSessions: boolean;
    readonly allowDataLoss: boolean;
    readonly login: boolean;
    readonly sessions: number;
    /** Objects with data that DROP OWNED drops in the policy's database. */
    readonly dataLost: number;
    /** Owners whose rights it takes to revoke what they granted. */
    readonly granters: readonly string[];
    /** What it granted on columns, and DROP OWNED leaves. */
    readonly columns: readonly ColumnGrant[];
    /** Whether something is in the way that must not keep it from being locked out: that is all that is done now. */
    readonly lockOutOnly: boolean;
    /** Other databases to clear of it. */
    readonly elsewhere: readonly Other[];
    readonly blockers: readonly Blocker[];
  };
  /** Its schemas that get another owner first, and what else is not part of what the fact says. */
  readonly target: {
    readonly schemas: readonly string[];
    /** By which its heir may own what passes to it. */
    readonly grants: readonly Ref[];
    /** What it or others made that is in the way, e.g. its prepared transactions, each as the end of a sentence. */
    readonly inTheWay: readonly string[];
  };
}
