type Json =
  string | number | boolean | null | undefined | readonly Json[] | { readonly [key: string]: Json };

/** A statement about a server that is true, or should be. `id` says what it is about, `state` says what holds. */
export interface Fact {
  readonly kind: string;
  readonly id: { readonly [field: string]: string | undefined };
  readonly state: { readonly [field: string]: Json };
}

/** Refers to a fact without containing it. `key` is the result of the kind's `key(id)`. */
export interface Ref {
  readonly kind: string;
  readonly key: string;
}

/** The difference between the observed and the desired state of one fact. */
export type Edit<F extends Fact> =
  | { readonly op: 'create'; readonly fact: F }
  | { readonly op: 'alter'; readonly from: F; readonly fact: F }
  | { readonly op: 'drop'; readonly fact: F };

/** The effect of an edit on access. Modes and risk depend on it, not on the names of kinds. */
export type Effect = 'adds' | 'changes' | 'removes' | 'destroys';

/** The effect of an op, unless the kind defines another. */
export function usualEffect(edit: Edit<Fact>): Effect {
  switch (edit.op) {
    case 'create':
      return 'adds';
    case 'alter':
      return 'changes';
    case 'drop':
      return 'removes';
  }
}

/** The same for access, which an edit grants or revokes. `addsWhenAltered` says which of the two an alteration does. */
export function accessEffect<F extends Fact>(
  edit: Edit<F>,
  addsWhenAltered: (from: F, to: F) => boolean,
): Effect {
  if (edit.op !== 'alter') return usualEffect(edit);
  return addsWhenAltered(edit.from, edit.fact) ? 'adds' : 'removes';
}
