import type { RoleGraph } from '../core/graph.ts';
import type { ResourceRef } from '../core/document/document.ts';
import type { PolicySpec } from '../core/document/policy.ts';
import type { Finding } from '../core/finding.ts';
import type { ChangeSummary } from '../core/plan/plan.ts';
import type { Refusal } from '../core/refusal.ts';

/** A policy as its source has it now. An invalid one carries the refusal instead of the graph. */
export interface PolicyRecord {
  readonly ref: ResourceRef;
  /** Changes whenever the spec does, or someone asks for a full look, and only then. */
  readonly version: string;
  readonly content:
    { readonly spec: PolicySpec; readonly graph: RoleGraph } | { readonly refusal: Refusal };
  readonly status: PolicyStatus;
  /** Of the stored resource, where the source counts them: who writes to it has seen this one. */
  readonly revision?: string;
  /** Generation of the spec that the status speaks of, where the source counts them. */
  readonly observed?: number;
  /** The status speaks of another spec yet, and somebody may wait for it to speak of this one. */
  readonly unseen?: true;
  /** Whether it stays, when somebody deletes it, until it is let go: see `keep`. */
  readonly kept?: true;
  /** When it was deleted. ISO 8601. It is still there because it is kept. */
  readonly deletedAt?: string;
}

/** The policy that was read, and no other that has its name by now. Whoever has read it whole spares a read. */
export type PolicyHandle = Pick<PolicyRecord, 'ref' | 'version'> & Partial<PolicyRecord>;

/** What becomes of a status. Asked again with a newer one where somebody else wrote meanwhile. */
export type StatusChange = (current: PolicyStatus) => PolicyStatus;

/** Whose a generated Secret is: the policy, and the role the password is for. */
export type SecretOwner = PolicyHandle & { readonly role?: string };

export interface SecretRecord {
  /**
   * Changes when the data does, and only then: a keyed hash of it. Not the resourceVersion, which a label changes as
   * well: each such change would cost every policy that uses the Secret a full look. It ends up in histories, where a
   * bare hash would let anybody try out passwords.
   */
  readonly version: string;
  readonly data: ReadonlyMap<string, Buffer>;
  /** The policy that generated it, absent for a Secret made by others. */
  readonly owner?: ResourceRef;
}

/** What the product says of a policy. Snake case, as users of the resource read it. No secret is ever in it. */
export interface PolicyStatus {
  readonly conditions: readonly Condition[];
  readonly observed_version?: string;
  readonly last_reconcile_time?: string;
  readonly last_successful_reconcile_time?: string;
  readonly last_change_time?: string;
  readonly change_summary?: ChangeSummary;
  /** The plan's SQL, passwords redacted, cut at 16 KiB with a marker. In plan mode and while changes wait. */
  readonly planned_sql?: string;
  /** The SQL last applied, passwords redacted, cut the same way. */
  readonly applied_sql?: string;
  /** Access outside the policy, and what cannot be taken away: all of it by number, and the first twenty. */
  readonly finding_count?: number;
  readonly findings?: readonly Finding[];
  readonly last_error?: string;
  readonly transient_failure_count?: number;
  readonly managed_database_identity?: string;
  readonly owned_roles?: readonly string[];
  readonly owned_schemas?: readonly string[];
  /** Roles it does not own and adds members to. */
  readonly named_groups?: readonly string[];
  /** Roles it does not own and grants to. */
  readonly named_roles?: readonly string[];
  /** Groups it does not own and decides all members of. */
  readonly exclusive_groups?: readonly string[];
  /** Roles it does not own and decides all grants of in its database. */
  readonly external_roles?: readonly string[];
  /** Roles it does not own and makes members of groups. */
  readonly named_members?: readonly string[];
  /** Whether it decides all memberships of the roles it owns. */
  readonly covers_database?: true;
  /** The connected role lacks rights over some of what is claimed. */
  readonly claim_unproven?: true;
  /** Since when all these have been this policy's to own or name. ISO 8601. */
  readonly claimed_since?: string;
  /** Role to version of the password source last applied: a salted hash, never the password. */
  readonly applied_password_source_versions?: Readonly<Record<string, string>>;
  /** The server they were applied to, by its 16 hex digits: on another one they say nothing. */
  readonly applied_password_server?: string;
}

export interface Condition {
  readonly type:
    'Ready' | 'Drifted' | 'Reconciling' | 'Degraded' | 'Conflict' | 'Paused' | 'Stalled';
  readonly status: 'True' | 'False' | 'Unknown';
  readonly reason: string;
  readonly message: string;
  readonly last_transition_time: string;
}

/** Something happened to a policy that a person may want to know. Transitions only. */
export interface PolicyEvent {
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  readonly message: string;
}

/** Something may have changed: look. Carries no content. */
export type SourceChange =
  | { readonly kind: 'policy'; readonly ref: ResourceRef }
  | { readonly kind: 'secret'; readonly ref: ResourceRef };

/** Where policies, Secrets, status and events live. */
export interface PolicySource {
  /** Undefined when there is no such policy. Throws Refusal `PolicyUnreadable` when the source cannot be asked. */
  readPolicy(ref: ResourceRef): Promise<PolicyRecord | undefined>;
  listPolicies(): Promise<readonly ResourceRef[]>;
  /** What is said of every policy, also of an invalid one, a few at a time. */
  statuses(): AsyncIterable<Pick<PolicyRecord, 'ref' | 'status'>>;
  /** Undefined when there is no such Secret. Throws Refusal `SecretFetchFailed` when it cannot be asked. */
  readSecret(ref: ResourceRef): Promise<SecretRecord | undefined>;
  /** Creates a Secret that belongs to a policy. Throws Refusal `SecretFetchFailed` when one of that name is another's. */
  createSecret(
    ref: ResourceRef,
    owner: SecretOwner,
    data: ReadonlyMap<string, string>,
  ): Promise<SecretRecord>;
  /** Has the policy stay when somebody deletes it, or lets it go. Does nothing when it is gone. Throws Refusal. */
  keep(policy: PolicyHandle, kept: boolean): Promise<void>;
  /**
   * Writes nothing when the policy is gone, or nothing changes. Conditions speak of the version `seen`; without one, of
   * the one they spoke of before.
   */
  writeStatus(policy: PolicyHandle, change: StatusChange, seen?: string): Promise<void>;
  recordEvent(policy: PolicyHandle, event: PolicyEvent): Promise<void>;
  /** Which of our rights are missing in a namespace, where there are rights. Undefined when none is. Throws Refusal. */
  missingRights(namespace: string): Promise<Refusal | undefined>;
  /** Policies that name the Secret: as connection, as password, or as one they generate. */
  policiesUsing(secret: ResourceRef): Promise<readonly ResourceRef[]>;
  /** Calls back for every change until the signal aborts. Resolves once watching has begun. */
  watch(onChange: (change: SourceChange) => void, signal: AbortSignal): Promise<void>;
}
