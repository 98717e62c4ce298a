import type { PolicySpec } from '../core/document/policy.ts';
import type { PolicyRecord, PolicyStatus } from '../sources/source.ts';
import type { LeaveOutcome, Stale } from './contract.ts';
import type { ActivityDeps } from './deps.ts';
import type { ReadyPolicy } from './target.ts';

/** A namespace that is deleted waits for its policies, and takes away the Secrets they need: so no longer than this. */
const patienceMs = 600_000;

/** Seconds between attempts to take back what a policy granted that is waited for. */
export const leavingSeconds = 15;

/**
 * What lets a policy that was deleted go as it is, with its database left alone. Undefined while what it granted is
 * to be taken back. `spec` is undefined when it is wrong, which may be mended until patience ends.
 */
export function leavesAsItIs(
  { status, deletedAt = '', holds = false }: Leaving,
  spec: PolicySpec | undefined,
  now: Date,
): LeaveOutcome | undefined {
  if (!holds && !hasGranted(status)) return { kind: 'nothingGranted' };
  const asked = spec === undefined ? undefined : asAsked(spec);
  if (asked !== undefined || now.getTime() - Date.parse(deletedAt) < patienceMs) return asked;
  const { last_error = 'no attempt came to an end' } = status;
  return { kind: 'skipped', why: `it could not be done within 10 minutes: ${last_error}` };
}

interface Leaving extends Pick<PolicyRecord, 'status' | 'deletedAt'> {
  /** Its workflow holds a claim, whatever became of the status. */
  readonly holds?: boolean;
}

/** A status may have lost the claim and still tell of a change that was made under it. */
function hasGranted({ managed_database_identity, last_change_time }: PolicyStatus): boolean {
  return managed_database_identity !== undefined || last_change_time !== undefined;
}

function asAsked({ deletion_policy, suspend, mode }: PolicySpec): LeaveOutcome | undefined {
  if (deletion_policy === 'Retain') return { kind: 'retained' };
  if (suspend) return { kind: 'skipped', why: 'it is suspended' };
  return mode === 'plan' ? { kind: 'skipped', why: 'it is in mode plan' } : undefined;
}

/** Why nothing may be written for a policy that was deleted since it was looked at: its database is to stay as it is. */
export function staleAsLeft({ record, spec }: ReadyPolicy, now: Date): Stale | undefined {
  if (record.deletedAt === undefined) return undefined;
  const outcome = leavesAsItIs(record, spec, now);
  if (outcome === undefined) return undefined;
  return { kind: 'stale', why: 'the policy was deleted, and leaves its database as it is' };
}

/** Has a policy wait for us when it is deleted, as long as it asks for that, before anything is granted for it. */
export async function keepAsAsked(
  { source }: ActivityDeps,
  { record, spec }: ReadyPolicy,
): Promise<void> {
  const wanted = spec.deletion_policy === 'Revoke' && spec.mode === 'apply';
  if (wanted !== (record.kept === true)) await source.keep(record, wanted);
}
