import type { Edit, Fact } from './fact.ts';
import type { Live } from './live.ts';
import type { Way } from './way.ts';

/** How edits of a kind take what the rights of the connected role rest on. */
export interface WayTaking<F extends Fact> {
  /** A name that every way has in it that an edit of this fact can take. */
  about(fact: F): string;
  /** What an edit leaves of a way: undefined where nothing. */
  left(edit: Edit<F>, way: Way, live: Live): Way | undefined;
}
