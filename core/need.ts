/** A role's privileges, the right to become it, or ADMIN OPTION on it. */
export interface Need {
  readonly role: string;
  readonly right: 'privileges' | 'become' | 'admin';
  /** The change needs other rights at the same time, so that SET ROLE does not help. */
  readonly besides?: true;
  /** What the change creates depends on the right from then on, so the plan must not remove it later either. */
  readonly lasting?: true;
}

/** What the connected role lacks, and the remedy, e.g. `run ALTER ROLE "admin" CREATEROLE`. */
export interface Lack {
  readonly what: string;
  readonly remedy: string;
}
