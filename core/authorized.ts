import type { Lack, Need } from './need.ts';

/**
 * How the connected role gets a right of another role: it is a superuser or that role itself, it has the right already,
 * it joins the role for the transaction, or it becomes the role with SET ROLE.
 */
export type Means = 'own' | 'held' | 'lent' | 'taken on';

/** A right that a change needs, with the means by which the connected role has it. Undefined if it lacks the right. */
interface NeededRight extends Need {
  readonly means: Means | undefined;
}

/** By which rights the connected role makes a change, or what it lacks to make the change. */
export interface Authority {
  readonly needs: readonly NeededRight[];
  /** Needs that the connected role does not meet. */
  readonly unmet: readonly Need[];
  /** Attributes of the connected role and privileges on the database that it lacks. */
  readonly lacks: readonly Lack[];
  /** The owner of the changed object's schema, if the connected role lacks USAGE on that schema. */
  readonly closedTo: string | undefined;
}

/** A change with the authority for it. */
export type Authorized<E> = E & { readonly authority: Authority };
