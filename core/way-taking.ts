import type { Edit, Fact } from './fact.ts';
import type { Live } from './live.ts';
import type { Way } from './way.ts';

/** How edits of a kind remove ways on which the rights of the connected role depend. */
export interface WayTaking<F extends Fact> {
  /** A name in every way that an edit of this fact can remove. */
  about(fact: F): string;
  /** What an edit leaves of a way. Undefined if nothing. */
  left(edit: Edit<F>, way: Way, live: Live): Way | undefined;
}
