import type { ResourceRef } from '../core/document/document.ts';
import type { DatabasePools } from '../postgres/pool.ts';
import type { BoundsSource } from '../sources/bounds-file.ts';
import type { CloudTokens } from '../sources/cloud-tokens/tokens.ts';
import type { PolicySource } from '../sources/source.ts';
import type { Log } from '../telemetry/log.ts';
import type { Admission } from './admission.ts';
import type { Claim, Ticket } from './contract.ts';
import type { SharedMember } from './check-contract.ts';
import type { ActivityMetrics } from './metrics.ts';

/** The dependencies of the activities. */
export interface ActivityDeps {
  readonly source: PolicySource;
  readonly pools: DatabasePools;
  readonly tokens: CloudTokens;
  /** The bounds that the platform sets for policies. */
  readonly bounds: BoundsSource;
  readonly databases: DatabaseWorkflows;
  readonly sharedChecks: SharedChecks;
  readonly zones: Zones;
  /** Limits for activities that use PostgreSQL servers: one for local activities, one for the others. */
  readonly admission: { readonly local: Admission; readonly remote: Admission };
  readonly log: Log;
  readonly metrics: ActivityMetrics;
  /** Temporal stores the message of a failure readably, so it must not say more than the code. */
  readonly hidesMessages?: boolean;
  readonly now: () => Date;
  /** Whether the Temporal server has our search attributes. */
  readonly searchAttributes: boolean;
}

/** Access to the `database/<server>` workflows. */
export interface DatabaseWorkflows {
  claim(server: string, claim: Claim): Promise<void>;
  enqueue(server: string, ticket: Ticket): Promise<void>;
  /** Does not start the workflow: if it does not exist, it holds no claim. */
  release(server: string, policy: ResourceRef): Promise<void>;
  /** The claim that a policy holds on a server. Undefined when no workflow of the server runs that could answer. */
  claimOf(server: string, policy: ResourceRef): Promise<{ readonly claim?: Claim } | undefined>;
}

/** Access to the `shared-check/<id>` workflows. */
export interface SharedChecks {
  /** Starts the workflow if it does not run. Idempotent: a member that joins again replaces itself. */
  join(id: string, member: SharedMember): Promise<void>;
  /** Does nothing if the workflow does not run. */
  leave(id: string, policy: ResourceRef): Promise<void>;
}

/** The zones of databases, and the workers of other zones. */
export interface Zones {
  /** Whether this worker may connect to databases of the zone. */
  readonly includes: (zone: string) => boolean;
  /** Whether a worker of the zone runs. True if Temporal does not say. */
  readonly isServed: (zone: string) => Promise<boolean>;
}
