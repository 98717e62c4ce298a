import type { PolicySpec } from '../core/document/policy.ts';
import type { PolicyRecord, PolicyStatus } from '../sources/source.ts';

import type { LeaveOutcome, Stale } from './outcome.ts';
import type { ActivityDeps } from './deps.ts';
import type { ReadyPolicy } from './ready-policy.ts';

/**
 * A namespace that is being deleted waits for its policies, but its Secrets, which they need, are deleted already. So
 * pgwarden gives up after this time.
 */
const patienceMs = 600_000;

/** Seconds between attempts to revoke the grants of a policy that is being deleted. */
export const leavingSeconds = 15;

/**
 * The outcome for a deleted policy whose database stays as it is, or undefined while its grants are to be revoked.
 * `spec` is undefined when it is invalid; the user may fix it until `patienceMs` has passed.
 */
export function leavesAsItIs(
  { status, deletedAt = '', holds = false }: Leaving,
  spec: PolicySpec | undefined,
  now: Date,
): LeaveOutcome | undefined {
  if (!holds && !hasGranted(status)) return { kind: 'nothingGranted' };
  const asked = spec === undefined ? undefined : asAsked(spec);
  if (asked !== undefined || now.getTime() - Date.parse(deletedAt) < patienceMs) return asked;
  const { last_error = 'no attempt finished' } = status;
  return { kind: 'skipped', why: `pgwarden could not revoke it within 10 minutes: ${last_error}` };
}

interface Leaving extends Pick<PolicyRecord, 'status' | 'deletedAt'> {
  /** The policy's workflow holds a claim, even if the status has lost it. */
  readonly holds?: boolean;
}

/** A status may have lost the claim and still record a change that was made under it. */
function hasGranted({ managed_database_identity, last_change_time }: PolicyStatus): boolean {
  return managed_database_identity !== undefined || last_change_time !== undefined;
}

function asAsked({ deletion_policy, suspend, mode }: PolicySpec): LeaveOutcome | undefined {
  if (deletion_policy === 'Retain') return { kind: 'retained' };
  if (suspend) return { kind: 'skipped', why: 'the policy is suspended' };
  return mode === 'plan' ? { kind: 'skipped', why: 'the policy is in mode plan' } : undefined;
}

/**
 * The reason why nothing may be written for a policy that was deleted since the check, if its database stays as it is.
 */
export function staleAsLeft({ record, spec }: ReadyPolicy, now: Date): Stale | undefined {
  if (record.deletedAt === undefined) return undefined;
  const outcome = leavesAsItIs(record, spec, now);
  if (outcome === undefined) return undefined;
  return { kind: 'stale', why: 'the policy was deleted and its database stays as it is' };
}

/** Sets or removes the finalizer as the spec asks, before anything is granted for the policy. */
export async function keepAsAsked(
  { source }: ActivityDeps,
  { record, spec }: ReadyPolicy,
): Promise<void> {
  const wanted = spec.deletion_policy === 'Revoke' && spec.mode === 'apply';
  if (wanted !== (record.kept === true)) await source.keep(record, wanted);
}
