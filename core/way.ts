/** A membership on the ways from the connected role, or its login, up to the roles whose rights it has. */
export interface MembershipWay {
  readonly via: 'member';
  readonly role: string;
  readonly member: string;
  /** Null before PostgreSQL 16, and of what PostgreSQL does not store: the owner of a database in pg_database_owner. */
  readonly grantor: string | null;
  readonly admin: boolean;
  readonly inherit: boolean;
  readonly set: boolean;
}

/** A privilege by which the connected role makes schemas in its database, or names what is in a schema. */
export interface PrivilegeWay {
  readonly via: 'grant';
  readonly type: 'database' | 'schema';
  readonly name: string;
  readonly owner: string;
  readonly privilege: 'CREATE' | 'USAGE';
  /** Who has it: a role that the connected role reaches, or `PUBLIC`. */
  readonly grantee: string;
}

/** What the rights of the connected role rest on: without it they would be less. */
export type Way = MembershipWay | PrivilegeWay;

export function isMembership(way: Way): way is MembershipWay {
  return way.via === 'member';
}
