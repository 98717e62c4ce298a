import type { Ticket, Claim } from '../activities/contract.ts';

export interface QueueView {
  readonly running?: QueuedTicket;
  /** When it started. ISO 8601. */
  readonly runningSince?: string;
  /** Its current step before the apply, e.g. `role legacy is retired: its sessions end`. */
  readonly step?: string;
  readonly queue: readonly QueuedTicket[];
  readonly claims: readonly Claim[];
  /** Refused claims in order of arrival. Each is granted when the claim it collides with is released. */
  readonly waiting: readonly Claim[];
}

/** A ticket, and when it was queued. */
export interface QueuedTicket extends Ticket {
  /** ISO 8601. Absent in states up to 0.2. */
  readonly since?: string;
}
