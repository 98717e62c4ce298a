import type { ClientBase } from 'pg';

/** A connection, with what does not change while it lives. */
export interface Session {
  readonly client: ClientBase;
  readonly major: number;
  /** The role it becomes, other than its login. */
  readonly role: string | undefined;
  /** Whether this user may ask the server for its system identifier. */
  readonly tellsIdentity: boolean;
  /** Whether this user may see the verifiers of passwords. */
  readonly readsPasswords: boolean;
}
