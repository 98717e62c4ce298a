/** The keys of the status field `change_summary`, without its total. */
export type SummaryKey =
  | 'roles_created'
  | 'roles_altered'
  | 'roles_dropped'
  | 'sessions_terminated'
  | 'schemas_created'
  | 'schema_owners_altered'
  | 'object_owners_altered'
  | 'grants_added'
  | 'grants_revoked'
  | 'default_privileges_set'
  | 'default_privileges_revoked'
  | 'members_added'
  | 'members_removed'
  | 'passwords_set';

/** The field that an edit adds to. */
export interface Count {
  readonly as: SummaryKey;
  /** Edits with the same key count once: the privileges of one grant. */
  readonly once: string;
  /** The edit is not counted if the same key already counts as this, e.g. settings of a role that is created. */
  readonly unless?: SummaryKey;
  /** The amount that the edit counts for, e.g. the objects in a group. Default 1. */
  readonly times?: number;
}
