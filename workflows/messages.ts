import type { QueueView } from './queue-view.ts';
import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';
import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import type { ResourceRef } from '../core/document/document.ts';
import type { FindingReport } from '../core/finding.ts';
import type { RefusalRecord } from '../core/refusal.ts';
import type { ApplyOutcome, Claim, Ticket } from '../activities/contract.ts';
import type { SharedMember } from '../activities/check-contract.ts';

/** Messages between workflows, watcher, CLI and tests. Their names are stored in histories: never rename them. */

export function policyWorkflowId({ namespace, name }: ResourceRef): string {
  return `policy/${namespace}/${name}`;
}

/** `server` is the ID of the PostgreSQL server: 16 hex digits. */
export function databaseWorkflowId(server: string): string {
  return `database/${server}`;
}

export function sharedCheckWorkflowId(id: string): string {
  return `shared-check/${id}`;
}

/** The queue of the activities that enter the databases of a zone. */
export function zoneTaskQueue(taskQueue: string, zone: string): string {
  return `${taskQueue}-${zone}`;
}

/** The spec or a Secret may have changed: check. It carries no data, so several signals count as one. */
export const policyChanged = defineSignal('policyChanged');

/** Reconcile in full now, even if nothing seems to have changed. */
export const reconcile = defineSignal('reconcile');

/** Sent by a shared check that ends, because no other policy is a member: check alone. */
export const checkAlone = defineSignal('checkAlone');

/** The same as an update that returns the result. Rejected while eight callers are waiting. */
export const reconcileNow = defineUpdate<ReconcileOutcome>('reconcile');

export const stateQuery = defineQuery<PolicyView>('state');

export type Phase = 'Pending' | 'Ready' | 'Drifted' | 'Failing' | 'Conflict' | 'Suspended';

/** What the CLI shows of a policy. Times are ISO 8601. */
export interface PolicyView {
  readonly phase: Phase;
  /** `<server>/<database>` */
  readonly database?: string;
  readonly lastCheck?: string;
  readonly lastChange?: string;
  readonly nextCheck?: string;
  /** ID of the shared check that checks this policy between its own checks. It knows the last check. */
  readonly shared?: string;
  /** What a plan would change, or what is waiting in the server's queue, e.g. `+3 grants`. */
  readonly pending?: string;
  /** Access outside the policy, and access that pgwarden cannot revoke. Absent when there is none. */
  readonly findings?: FindingReport;
  readonly error?: RefusalRecord;
  /** The current activity, e.g. `queued`; undefined while the workflow sleeps. */
  readonly doing?: string;
  /** When its changes entered the server's queue. Set until they are applied. ISO 8601. */
  readonly queuedSince?: string;
}

export interface ReconcileOutcome {
  readonly phase: Phase | 'Gone';
  /** Number of changes made, or in mode plan of changes planned. */
  readonly changes: number;
  /** e.g. `+3 grants -1 membership` */
  readonly line: string;
  /** The changes were planned but not made. */
  readonly pending?: boolean;
  readonly error?: RefusalRecord;
}

export const claim = defineSignal<[Claim]>('claim');
export const release = defineSignal<[ResourceRef]>('release');
export const claimAnswered = defineSignal<[ClaimAnswer]>('claimAnswered');

export type ClaimAnswer = { readonly server: string; readonly digest: string } & (
  | { readonly held: true; readonly since: string }
  /** `evicted`: the policy held the claim until now. */
  | { readonly held: false; readonly refusal: RefusalRecord; readonly evicted?: true }
);

export const enqueue = defineSignal<[Ticket]>('enqueue');
export const settled = defineSignal<[Settlement]>('settled');
export const queueQuery = defineQuery<QueueView>('queue');

/** The claim that a policy holds on the server, or null. */
export const claimQuery = defineQuery<Claim | null, [ResourceRef]>('claim');

export interface Settlement {
  readonly ticket: string;
  /** `unclaimed`: the policy does not hold the claim that its ticket names, and must claim again. */
  readonly outcome: ApplyOutcome | { readonly kind: 'unclaimed' };
}

/** Adds a member, or replaces what is known of it. */
export const joinSharedCheck = defineSignal<[SharedMember]>('join');
export const leaveSharedCheck = defineSignal<[ResourceRef]>('leave');
export const sharedCheckQuery = defineQuery<SharedCheckView>('members');

/** When the members of a shared check were last checked. */
export interface SharedCheckView {
  readonly members: readonly { readonly policy: ResourceRef; readonly lastCheck: string }[];
}

export const searchAttributes = {
  phase: defineSearchAttributeKey('PgPhase', SearchAttributeType.KEYWORD),
  database: defineSearchAttributeKey('PgDatabase', SearchAttributeType.KEYWORD),
  namespace: defineSearchAttributeKey('PgNamespace', SearchAttributeType.KEYWORD),
  drifted: defineSearchAttributeKey('PgDrifted', SearchAttributeType.BOOL),
  lastChange: defineSearchAttributeKey('PgLastChange', SearchAttributeType.DATETIME),
};

/** Type per name, for registration at the Temporal server. */
export const searchAttributeTypes = {
  PgPhase: 'Keyword',
  PgDatabase: 'Keyword',
  PgNamespace: 'Keyword',
  PgDrifted: 'Bool',
  PgLastChange: 'Datetime',
} as const;

/** Options to start (or signal and start) the workflow of a policy; the caller adds the task queue. */
export function policyStart(ref: ResourceRef) {
  return {
    workflowId: policyWorkflowId(ref),
    args: [ref] as [ResourceRef],
    priority: { fairnessKey: ref.namespace },
    staticSummary: shortened(`PostgreSQL access of policy ${ref.namespace}/${ref.name}`),
    staticDetails:
      `Continuously reconciles one database with policy **${ref.name}** in namespace **${ref.namespace}**, until the policy is deleted.\n\n` +
      'Current Details show its state. Send update or signal `reconcile` to reconcile now; programs can use query `state`.',
  };
}

/** Options to start the workflow of a server. */
export function databaseStart(server: string) {
  return {
    workflowId: databaseWorkflowId(server),
    args: [server] as [string],
    // Many policies wait for this workflow, so it does not wait behind the first tasks of others.
    priority: { priorityKey: 1 },
    staticSummary: `Writes to PostgreSQL server ${server}, one at a time`,
    staticDetails:
      'Applies the changes of policies to this server one after the other, and records which policy claims which role and schema.\n\n' +
      'Query `queue` shows the queue and the claims.',
  };
}

/** Options to start the workflow of a shared check. */
export function sharedCheckStart(id: string, namespace: string) {
  return {
    workflowId: sharedCheckWorkflowId(id),
    args: [id] as [string],
    priority: { fairnessKey: namespace },
    staticSummary: 'Checks several policies of one database together',
    staticDetails:
      'Checks the policies of one namespace that use one database with the same login role, all in one activity. A policy for which something may have changed gets a signal and checks itself.\n\n' +
      'Query `members` shows the policies and when they were checked.',
  };
}

const longestSummary = 180;

function shortened(text: string): string {
  return text.length <= longestSummary ? text : `${text.slice(0, longestSummary - 1)}…`;
}
