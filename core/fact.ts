type Json =
  string | number | boolean | null | undefined | readonly Json[] | { readonly [key: string]: Json };

/** One thing that is true of a server, or should be. `id` says of what, `state` says what. */
export interface Fact {
  readonly kind: string;
  readonly id: { readonly [field: string]: string | undefined };
  readonly state: { readonly [field: string]: Json };
}

/** Points at a fact without carrying it. `key` is what the kind's `key(id)` returns. */
export interface Ref {
  readonly kind: string;
  readonly key: string;
}

/** The difference between what is and what should be, for one fact. */
export type Edit<F extends Fact> =
  | { readonly op: 'create'; readonly fact: F }
  | { readonly op: 'alter'; readonly from: F; readonly fact: F }
  | { readonly op: 'drop'; readonly fact: F };

/** What an edit does to people's access. Modes and risk are decided by it, not by kind names. */
export type Effect = 'adds' | 'changes' | 'removes' | 'destroys';

/** What an op does unless a kind says otherwise. */
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

/** The same for access, which an edit gives or takes; `addsWhenAltered` says which when it was there and stays. */
export function accessEffect<F extends Fact>(
  edit: Edit<F>,
  addsWhenAltered: (from: F, to: F) => boolean,
): Effect {
  if (edit.op !== 'alter') return usualEffect(edit);
  return addsWhenAltered(edit.from, edit.fact) ? 'adds' : 'removes';
}
