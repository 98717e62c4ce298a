import type { Fact, Ref } from '../../fact.ts';
import type { Blocker } from './remedies.ts';
import type { ColumnGrant } from './onwards.ts';

/**
 * What a retired role has in another database. It is a type because TypeScript does not accept an interface as JSON.
 */
export type Other = {
  readonly database: string;
  readonly dataLost: number;
  /** Like the fact's, in that database. */
  readonly granters: readonly string[];
  /** Like the fact's, in that database. */
  readonly columns: readonly ColumnGrant[];
  /** e.g. `owns table app.t in database other` */
  readonly holds: readonly string[];
};

/** A retired role that still exists, with what it owns and holds. */
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
    /** Owners whose rights are required to revoke what they granted. */
    readonly granters: readonly string[];
    /** Its grants on columns that DROP OWNED leaves. */
    readonly columns: readonly ColumnGrant[];
    /** Whether an obstacle exists that must not prevent the lock-out. Then nothing but the lock-out is done now. */
    readonly lockOutOnly: boolean;
    /** Other databases to clear of it. */
    readonly elsewhere: readonly Other[];
    readonly blockers: readonly Blocker[];
  };
  /** Its schemas that get another owner first, and other data that is not part of the fact's state. */
  readonly target: {
    readonly schemas: readonly string[];
    /** Grants that let its heir own what passes to it. */
    readonly grants: readonly Ref[];
    /** Obstacles that it or others created, e.g. its prepared transactions, each as the end of a sentence. */
    readonly inTheWay: readonly string[];
  };
}
