import type { RoleGraph } from '../core/graph.ts';
import type { ResourceRef } from '../core/document/document.ts';
import type { PolicySpec } from '../core/document/policy.ts';
import type { Finding } from '../core/finding.ts';
import type { ChangeSummary } from '../core/plan/summary.ts';
import type { Refusal } from '../core/refusal.ts';

/** A policy in its source. An invalid one has a refusal instead of the graph. */
export interface PolicyRecord {
  readonly ref: ResourceRef;
  /** Changes only when the spec changes or someone requests a full reconcile. */
  readonly version: string;
  readonly content:
    { readonly spec: PolicySpec; readonly graph: RoleGraph } | { readonly refusal: Refusal };
  readonly status: PolicyStatus;
  /** Revision of the stored resource, if the source has revisions: a writer must have read this one. */
  readonly revision?: string;
  /** Generation of the spec that the status is about, if the source has generations. */
  readonly observed?: number;
  /** The status is still about another spec, and a client may wait for the status of this one. */
  readonly unseen?: true;
  /** Whether it has our finalizer: see `keep`. */
  readonly kept?: true;
  /** When it was deleted. ISO 8601. It still exists because of our finalizer. */
  readonly deletedAt?: string;
}

/** Identifies the policy that was read, not a later one with its name. A full record saves another read. */
export type PolicyHandle = Pick<PolicyRecord, 'ref' | 'version'> & Partial<PolicyRecord>;

/** Computes the new status. Called again with a newer status if someone else wrote in between. */
export type StatusChange = (current: PolicyStatus) => PolicyStatus;

/** The owner of a generated Secret: the policy, and the role of the password. */
export type SecretOwner = PolicyHandle & { readonly role?: string };

export interface SecretRecord {
  /**
   * A keyed hash of the data, which changes only when the data changes. It is not the resourceVersion, because a change
   * of a label would then cost every policy that uses the Secret a full check. It is stored in histories, where a plain
   * hash would allow anyone to test passwords.
   */
  readonly version: string;
  readonly data: ReadonlyMap<string, Buffer>;
  /** The policy that generated it; absent for other Secrets. */
  readonly owner?: ResourceRef;
}

/** The status of a policy, in snake case for users of the resource. It never contains a secret. */
export interface PolicyStatus {
  readonly conditions: readonly Condition[];
  readonly observed_version?: string;
  readonly last_reconcile_time?: string;
  readonly last_successful_reconcile_time?: string;
  readonly last_change_time?: string;
  readonly change_summary?: ChangeSummary;
  /**
   * The SQL of the plan without passwords, truncated at 16 KiB with a marker. Set in mode plan and while changes are
   * pending.
   */
  readonly planned_sql?: string;
  /** The SQL last applied, without passwords, truncated the same way. */
  readonly applied_sql?: string;
  /** Access outside the policy, and access that pgwarden cannot revoke: the total number, and the first twenty. */
  readonly finding_count?: number;
  readonly findings?: readonly Finding[];
  readonly last_error?: string;
  readonly transient_failure_count?: number;
  readonly managed_database_identity?: string;
  readonly owned_roles?: readonly string[];
  readonly owned_schemas?: readonly string[];
  /** Roles that the policy does not own and adds members to. */
  readonly named_groups?: readonly string[];
  /** Roles that the policy does not own and grants to. */
  readonly named_roles?: readonly string[];
  /** Groups that the policy does not own but whose members it fully controls. */
  readonly exclusive_groups?: readonly string[];
  /** Roles that the policy does not own but whose grants in its database it fully controls. */
  readonly external_roles?: readonly string[];
  /** Roles that the policy does not own and makes members of groups. */
  readonly named_members?: readonly string[];
  /** Whether the policy controls all memberships of the roles it owns. */
  readonly covers_database?: true;
  /** The connected role lacks rights on some of what is claimed. */
  readonly claim_unproven?: true;
  /** When the policy got the claim on all of these. ISO 8601. */
  readonly claimed_since?: string;
  /** Version of the password source last applied, by role: a salted hash, never the password. */
  readonly applied_password_source_versions?: Readonly<Record<string, string>>;
  /** ID of the server they were applied to (16 hex digits); they do not count for another server. */
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

/** An Event about a policy. Only transitions are Events. */
export interface PolicyEvent {
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  readonly message: string;
}

/** Something may have changed: check. It carries no content. */
export type SourceChange =
  | { readonly kind: 'policy'; readonly ref: ResourceRef }
  | { readonly kind: 'secret'; readonly ref: ResourceRef };

/** Where policies, Secrets, status and events live. */
export interface PolicySource {
  /** Undefined if the policy does not exist. Throws Refusal `PolicyUnreadable` if the source fails. */
  readPolicy(ref: ResourceRef): Promise<PolicyRecord | undefined>;
  listPolicies(): Promise<readonly ResourceRef[]>;
  /** The statuses of all policies, also of invalid ones, page by page. */
  statuses(): AsyncIterable<Pick<PolicyRecord, 'ref' | 'status'>>;
  /** Undefined if the Secret does not exist. Throws Refusal `SecretFetchFailed` if the source fails. */
  readSecret(ref: ResourceRef): Promise<SecretRecord | undefined>;
  /**
   * Creates a Secret that belongs to a policy. Throws Refusal `SecretFetchFailed` if one with that name belongs to
   * another.
   */
  createSecret(
    ref: ResourceRef,
    owner: SecretOwner,
    data: ReadonlyMap<string, string>,
  ): Promise<SecretRecord>;
  /** Sets or removes the finalizer of a policy. Does nothing if the policy does not exist. Throws Refusal. */
  keep(policy: PolicyHandle, kept: boolean): Promise<void>;
  /**
   * Writes nothing if the policy does not exist or nothing changes. Conditions are about version `seen`; without it,
   * about the version they were about before.
   */
  writeStatus(policy: PolicyHandle, change: StatusChange, seen?: string): Promise<void>;
  recordEvent(policy: PolicyHandle, event: PolicyEvent): Promise<void>;
  /**
   * A refusal that names our missing rights in a namespace, if the source has rights. Undefined if none is missing.
   * Throws Refusal.
   */
  missingRights(namespace: string): Promise<Refusal | undefined>;
  /** Policies that use the Secret for a connection or a password, or that generate it. */
  policiesUsing(secret: ResourceRef): Promise<readonly ResourceRef[]>;
  /** Calls back for every change until the signal aborts. Resolves when the watch has begun. */
  watch(onChange: (change: SourceChange) => void, signal: AbortSignal): Promise<void>;
}
