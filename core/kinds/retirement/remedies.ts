/** One obstacle to dropping a role, as the end of a sentence that begins with "it", and its remedy. */
export interface Blocker {
  readonly [field: string]: string;
  readonly what: string;
  readonly remedy: Remedy;
}

const remedies = {
  sessions: 'Set terminate_sessions: true to end its sessions.',
  prepared:
    'Connect to the database of each prepared transaction as its owner or a superuser, and end it as shown or with COMMIT PREPARED: pgwarden does not end prepared transactions.',
  named:
    'Set reassign_owned_to, change its owner under schemas or ownership, or remove it from the policy.',
  objects: 'Set reassign_owned_to to pass on what it owns, or drop_owned to drop it.',
  granted:
    'Ask the grantors to revoke the privileges: DROP OWNED revokes only what owners granted, and needs their rights.',
  onwards:
    'Grant the same from the owner (a membership: from another role with ADMIN OPTION) to the roles that would lose it, or revoke it from them.',
  rest: 'Set drop_owned: true, which revokes its privileges and ends its part in policies and user mappings.',
  heir: 'Grant the missing rights first (a policy can declare them for its own database), set another reassign_owned_to, or drop the objects.',
  code: 'Read its code, then set adopt_code: true to give it away too, or drop it or name it in ownership first.',
  unnamedCode:
    'Review its code, then set adopt_code: true to give it away too, drop it, or change its owner with ALTER ... OWNER TO first.',
  shared: 'Set reassign_owned_to: DROP OWNED drops no database, tablespace or subscription.',
  data: 'Set reassign_owned_to to keep the data, or allow_data_loss: true to lose it.',
  dependents: 'Set reassign_owned_to, or drop what depends on its objects first.',
  elsewhere:
    'Let the connected role connect to that database, or remove what the role has there first.',
} as const;
type Remedy = keyof typeof remedies;

/** The remedies for blockers, without repetition. */
export function adviceFor(blockers: readonly Blocker[]): string {
  const wanted = new Set<string>(blockers.map(({ remedy }) => remedy));
  return Object.entries(remedies)
    .filter(([remedy]) => wanted.has(remedy))
    .map(([, advice]) => advice)
    .join(' ');
}

const ownMaking: ReadonlySet<string> = new Set<Remedy>(['objects', 'shared', 'data', 'dependents']);

/**
 * A role that can still log in can create new obstacles. A refused retirement changes nothing, so it does not remove
 * LOGIN either.
 */
export function adviceToLockOut(blockers: readonly Blocker[]): string {
  return blockers.some(({ remedy }) => ownMaking.has(remedy))
    ? ' It can still log in and create more: to lock it out first, replace the retirement with a role entry with login: false.'
    : '';
}
