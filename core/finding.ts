/**
 * Something about access that a person should know and that this policy does not change: what a role of the policy
 * has where the policy does not look, or what the connection cannot take away.
 */
export interface Finding {
  readonly code: FindingCode;
  /** The role whose access it is. */
  readonly role: string;
  /** One sentence: who has what where, and who could change it. */
  readonly message: string;
}

/**
 * `OutsidePolicy`: access that the policy does not look at; not drift. `Unrevocable`: undeclared access that should
 * go and that only someone else can take away; it is drift that stays.
 */
type FindingCode = 'OutsidePolicy' | 'Unrevocable';
