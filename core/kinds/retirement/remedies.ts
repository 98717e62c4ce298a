/** One thing that keeps a role from being dropped: the end of a sentence that begins with "it", and what would help. */
export interface Blocker {
  readonly [field: string]: string;
  readonly what: string;
  readonly remedy: Remedy;
}

const remedies = {
  sessions: 'Set terminate_sessions: true to end its sessions.',
  prepared:
    'Connect to the database of each prepared transaction as its owner or a superuser, and end it as shown or with COMMIT PREPARED: pgwarden ends none.',
  named:
    'Set reassign_owned_to, give it another owner under schemas or ownership, or take it out of the policy.',
  objects: 'Set reassign_owned_to to pass on what it owns, or drop_owned to drop it.',
  granted:
    'Have those who granted the privileges revoke them: DROP OWNED takes away what owners granted, with their rights.',
  onwards:
    'Grant the same from the owner (of a membership: as another role with ADMIN OPTION) to the roles that would lose it, or revoke it from them.',
  rest: 'Set drop_owned: true, which revokes its privileges and ends its part in policies and user mappings.',
  heir: 'Grant what the roles lack first (a policy may declare it for its own database), set another reassign_owned_to, or drop the objects.',
  code: 'Read what it wrote, then set adopt_code: true to give that away too, or drop it or name it in ownership first.',
  unnamedCode:
    'Review what it runs, then set adopt_code: true to give that away too, or drop it, or give it another owner with ALTER ... OWNER TO first.',
  shared: 'Set reassign_owned_to: DROP OWNED drops no database, tablespace or subscription.',
  data: 'Set reassign_owned_to to keep the data, or allow_data_loss: true to lose it.',
  dependents: 'Set reassign_owned_to, or drop what depends on its objects first.',
  elsewhere:
    'Let the connected role into that database, or take what the role has there away first.',
} as const;
type Remedy = keyof typeof remedies;

/** What to do about blockers, each advice once. */
export function adviceFor(blockers: readonly Blocker[]): string {
  const wanted = new Set<string>(blockers.map(({ remedy }) => remedy));
  return Object.entries(remedies)
    .filter(([remedy]) => wanted.has(remedy))
    .map(([, advice]) => advice)
    .join(' ');
}

const ownMaking: ReadonlySet<string> = new Set<Remedy>(['objects', 'shared', 'data', 'dependents']);

/** A role that can still log in can go on making what keeps it. A refused retirement does not take its login: it changes nothing. */
export function adviceToLockOut(blockers: readonly Blocker[]): string {
  return blockers.some(({ remedy }) => ownMaking.has(remedy))
    ? ' It can still log in and make more: to lock it out first, declare it in roles with login: false in place of the retirement.'
    : '';
}
