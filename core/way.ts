/** A membership on the paths from the connected role, or its login, up to the roles whose rights it has. */
export interface MembershipWay {
  readonly via: 'member';
  readonly role: string;
  readonly member: string;
  /**
   * Null before PostgreSQL 16, and for a membership that PostgreSQL does not store: the owner of a database in
   * pg_database_owner.
   */
  readonly grantor: string | null;
  readonly admin: boolean;
  readonly inherit: boolean;
  readonly set: boolean;
}

/** A privilege with which the connected role creates schemas in its database, or names objects in a schema. */
export interface PrivilegeWay {
  readonly via: 'grant';
  readonly type: 'database' | 'schema';
  readonly name: string;
  readonly owner: string;
  readonly privilege: 'CREATE' | 'USAGE';
  /** The role that has it: one that the connected role reaches, or `PUBLIC`. */
  readonly grantee: string;
}

/** What the rights of the connected role depend on. Without it they would be fewer. */
export type Way = MembershipWay | PrivilegeWay;

export function isMembership(way: Way): way is MembershipWay {
  return way.via === 'member';
}
