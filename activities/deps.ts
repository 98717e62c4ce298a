import type { ResourceRef } from '../core/document/document.ts';
import type { DatabasePools } from '../postgres/pool.ts';
import type { BoundsSource } from '../sources/bounds-file.ts';
import type { CloudTokens } from '../sources/cloud-tokens/tokens.ts';
import type { PolicySource } from '../sources/source.ts';
import type { Log } from '../telemetry/log.ts';
import type { Admission } from './admission.ts';
import type { Claim, Ticket } from './contract.ts';
import type { ActivityMetrics } from './metrics.ts';

/** What activities are made of. */
export interface ActivityDeps {
  readonly source: PolicySource;
  readonly pools: DatabasePools;
  readonly tokens: CloudTokens;
  /** What the platform lets policies do. */
  readonly bounds: BoundsSource;
  readonly databases: DatabaseWorkflows;
  /** What may talk to PostgreSQL servers at a time, of the activities that run in a workflow task and of the others. */
  readonly admission: { readonly local: Admission; readonly remote: Admission };
  readonly log: Log;
  readonly metrics: ActivityMetrics;
  readonly now: () => Date;
  /** Whether the Temporal server knows our search attributes. */
  readonly searchAttributes: boolean;
}

/** The `database/<server>` workflows, as activities reach them. */
export interface DatabaseWorkflows {
  claim(server: string, claim: Claim): Promise<void>;
  enqueue(server: string, ticket: Ticket): Promise<void>;
  /** Starts nothing: a workflow that is not there holds no claim. */
  release(server: string, policy: ResourceRef): Promise<void>;
  /** What a policy was granted on a server. Undefined when no workflow of the server runs that could say. */
  claimOf(server: string, policy: ResourceRef): Promise<{ readonly claim?: Claim } | undefined>;
}
