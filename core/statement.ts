import type { CodeSource } from './acl.ts';
import type { Step } from './step.ts';

/** What the worst outcome of a statement is. */
type Risk = 'none' | 'loses access' | 'loses data';

/** SQL to run, one statement without its semicolon, with the reason a person reads. */
export interface Statement {
  readonly text: string;
  readonly why: string;
  readonly risk: Risk;
  /** Roles whose access it changes, `PUBLIC` for everyone. What a group has, its members have too. */
  readonly affects: readonly string[];
  /** Role whose SCRAM verifier, as a literal, is appended when the statement is sent. */
  readonly password?: string;
  /** Role to become for this statement: the grantor whose grant is revoked. */
  readonly as?: string;
  /** The role this creates: whoever creates a role may grant it. */
  readonly creates?: string;
  /** The role this drops: memberships in it go with it. */
  readonly drops?: string;
  /** What it is about, as SQL, where that is a list in its text which may be shorter too. */
  readonly objects?: readonly string[];
  /** Roles whose rights it takes to run this, unless the connected role has them anyway: owners. */
  readonly rights?: readonly string[];
  /** Roles it makes owners: the connected role must be able to become them too. */
  readonly becomes?: readonly string[];
  /** An object that is given away because it runs no code with its owner's rights: it must be so when it is locked. */
  readonly runsNoCode?: NamedObject;
  /** Whose a routine, or whatever a role owns, becomes by it. `database`: where it is not the policy's own. */
  readonly gives?: (
    { readonly routine: string } | { readonly of: string; readonly database: string | undefined }
  ) & { readonly to: string };
  /** The step before the plan's own transaction that this is part of. */
  readonly ahead?: Step;
  /** What earlier steps did and stays though this fails, e.g. `role "legacy" cannot log in any more`. */
  readonly stays?: string;
}

/** An object by the name that an inspection has for it, as SQL. */
export interface NamedObject {
  readonly catalog: 'pg_class' | 'pg_proc';
  readonly schema: string;
  readonly name: string;
  /** Who could attach code to it, as far as that is known and right. */
  readonly sources: readonly CodeSource[];
}
