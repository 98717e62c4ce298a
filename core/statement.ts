import type { CodeSource } from './acl.ts';
import type { Step } from './step.ts';

/** The worst outcome of a statement. */
type Risk = 'none' | 'loses access' | 'loses data';

/** One SQL statement without its semicolon, with the reason that people read. */
export interface Statement {
  readonly text: string;
  readonly why: string;
  readonly risk: Risk;
  /**
   * Roles whose access the statement changes; `PUBLIC` stands for every role. Members of a group have what the group
   * has.
   */
  readonly affects: readonly string[];
  /** The role whose SCRAM verifier, as a literal, is appended when the statement is sent. */
  readonly password?: string;
  /** The role to become for this statement: the grantor of the grant that is revoked. */
  readonly as?: string;
  /** The role that the statement creates. Its creator can grant it. */
  readonly creates?: string;
  /** The role that the statement drops. PostgreSQL removes the memberships in it as well. */
  readonly drops?: string;
  /** Objects in the text as SQL, if the text contains a list of them that may also be shorter. */
  readonly objects?: readonly string[];
  /** Roles whose rights the statement requires, unless the connected role has them anyway: owners. */
  readonly rights?: readonly string[];
  /** Roles that the statement makes owners. The connected role must also be able to become them. */
  readonly becomes?: readonly string[];
  /**
   * An object that changes owners only because it runs no code with its owner's rights. That must still hold once the
   * object is locked.
   */
  readonly runsNoCode?: NamedObject;
  /** The new owner of a routine, or of everything that a role owns. `database` is set if it is not the policy's own. */
  readonly gives?: (
    { readonly routine: string } | { readonly of: string; readonly database: string | undefined }
  ) & { readonly to: string };
  /** The step before the plan's own transaction that this statement belongs to. */
  readonly ahead?: Step;
  /**
   * An effect of earlier steps that stays even if this statement fails, e.g. `role "legacy" cannot log in any more`.
   */
  readonly stays?: string;
}

/** An object by its name in the inspection, as SQL. */
export interface NamedObject {
  readonly catalog: 'pg_class' | 'pg_proc';
  readonly schema: string;
  readonly name: string;
  /** Roles that could attach code to the object, as far as they are known, and that the policy accepts. */
  readonly sources: readonly CodeSource[];
}
