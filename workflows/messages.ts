import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';
import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import type { ResourceRef } from '../core/document/document.ts';
import type { FindingReport } from '../core/finding.ts';
import type { RefusalRecord } from '../core/refusal.ts';
import type { ApplyOutcome, Claim, Ticket } from '../activities/contract.ts';
import type { QueuedTicket } from './database-state.ts';

/** What workflows, watcher, CLI and tests say to each other. Names here are stored in histories: never rename. */

export function policyWorkflowId({ namespace, name }: ResourceRef): string {
  return `policy/${namespace}/${name}`;
}

/** `server` is the 16 hex digits by which a server identifies itself. */
export function databaseWorkflowId(server: string): string {
  return `database/${server}`;
}

/** The spec or a Secret may have changed: look. Carries nothing, so any number of them is one. */
export const policyChanged = defineSignal('policyChanged');

/** Reconcile in full now, also when nothing seems to have changed. */
export const reconcile = defineSignal('reconcile');

/** The same, answered with what came of it. Rejected while eight callers wait already. */
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
  /** What a plan would change, or what waits in the server's queue, e.g. `+3 grants`. */
  readonly pending?: string;
  /** Access outside the policy, and what cannot be taken away. Absent when there is none. */
  readonly findings?: FindingReport;
  readonly error?: RefusalRecord;
  /** What is going on now, e.g. `queued`; undefined while asleep. */
  readonly doing?: string;
  /** Since when its changes wait in the server's queue, or are applied. ISO 8601. */
  readonly queuedSince?: string;
}

export interface ReconcileOutcome {
  readonly phase: Phase | 'Gone';
  /** Changes made, in mode plan those that would be. */
  readonly changes: number;
  /** e.g. `+3 grants -1 membership` */
  readonly line: string;
  /** The changes were planned and not made. */
  readonly pending?: boolean;
  readonly error?: RefusalRecord;
}

export const claim = defineSignal<[Claim]>('claim');
export const release = defineSignal<[ResourceRef]>('release');
export const claimAnswered = defineSignal<[ClaimAnswer]>('claimAnswered');

export type ClaimAnswer = { readonly server: string; readonly digest: string } & (
  | { readonly held: true; readonly since: string }
  /** `evicted`: it was held until now. */
  | { readonly held: false; readonly refusal: RefusalRecord; readonly evicted?: true }
);

export const enqueue = defineSignal<[Ticket]>('enqueue');
export const settled = defineSignal<[Settlement]>('settled');
export const queueQuery = defineQuery<QueueView>('queue');

/** What a policy was granted on the server; null is nothing. */
export const claimQuery = defineQuery<Claim | null, [ResourceRef]>('claim');

export interface Settlement {
  readonly ticket: string;
  /** `unclaimed`: the policy does not hold the claim it applied under, and must claim again. */
  readonly outcome: ApplyOutcome | { readonly kind: 'unclaimed' };
}

export interface QueueView {
  readonly running?: QueuedTicket;
  /** Since when it runs. ISO 8601. */
  readonly runningSince?: string;
  /** What is done for it before its apply, e.g. `role legacy is retired: its sessions end`. */
  readonly step?: string;
  readonly queue: readonly QueuedTicket[];
  readonly claims: readonly Claim[];
  /** Refused claims, first come first: each is granted when what stands against it goes. */
  readonly waiting: readonly Claim[];
}

export const searchAttributes = {
  phase: defineSearchAttributeKey('PgPhase', SearchAttributeType.KEYWORD),
  database: defineSearchAttributeKey('PgDatabase', SearchAttributeType.KEYWORD),
  namespace: defineSearchAttributeKey('PgNamespace', SearchAttributeType.KEYWORD),
  drifted: defineSearchAttributeKey('PgDrifted', SearchAttributeType.BOOL),
  lastChange: defineSearchAttributeKey('PgLastChange', SearchAttributeType.DATETIME),
};

/** Name to type, as servers register them. */
export const searchAttributeTypes = {
  PgPhase: 'Keyword',
  PgDatabase: 'Keyword',
  PgNamespace: 'Keyword',
  PgDrifted: 'Bool',
  PgLastChange: 'Datetime',
} as const;

/** Options to start (or signal and start) the workflow of a policy with; the task queue is the caller's. */
export function policyStart(ref: ResourceRef) {
  return {
    workflowId: policyWorkflowId(ref),
    args: [ref] as [ResourceRef],
    staticSummary: shortened(`PostgreSQL access of policy ${ref.namespace}/${ref.name}`),
    staticDetails:
      `Keeps one database equal to policy **${ref.name}** in namespace **${ref.namespace}**, until the policy is deleted.\n\n` +
      'Current Details say where it stands. Update `reconcile` (or the signal) makes it look at once; query `state` is for programs.',
  };
}

/** Options to start the workflow of a server with. */
export function databaseStart(server: string) {
  return {
    workflowId: databaseWorkflowId(server),
    args: [server] as [string],
    staticSummary: `Writes to PostgreSQL server ${server}, one at a time`,
    staticDetails:
      'Applies what policies want of this server, one after the other, and knows which policy speaks for which role and schema.\n\n' +
      'Query `queue` shows both.',
  };
}

const longestSummary = 180;

function shortened(text: string): string {
  return text.length <= longestSummary ? text : `${text.slice(0, longestSummary - 1)}…`;
}
