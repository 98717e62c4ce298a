/** A key of the status field `change_summary`, and how the one-line summary shows it. */
export interface SummaryField {
  /** Its place among the keys of all kinds. */
  readonly place: number;
  /** Sign and noun in the line, e.g. `+` and `grant`. Without it, the line leaves the count out. */
  readonly line?: readonly [sign: '+' | '~' | '-', noun: string];
}

/** The field that an edit adds to. */
export interface Count<Key extends string = string> {
  readonly as: Key;
  /** Edits with the same key count once: the privileges of one grant. */
  readonly once: string;
  /** The edit is not counted if the same key already counts as this, e.g. settings of a role that is created. */
  readonly unless?: string;
  /** The amount that the edit counts for, e.g. the objects in a group. Default 1. */
  readonly times?: number;
}
