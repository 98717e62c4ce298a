import type { ErrorCode } from '../../core/error-codes.ts';
import { foundBetween } from './found.ts';
import type { Condition, PolicyEvent, PolicyStatus } from '../../sources/source.ts';
import type { Observation } from '../contract.ts';
import { isReconciling } from './reconciling.ts';

/** Events for the differences between two statuses, and for every change made to a database. */
export function eventsBetween(
  before: PolicyStatus,
  after: PolicyStatus,
  observation: Observation,
): readonly PolicyEvent[] {
  return [
    ...resolved(before, after),
    ...succeeded(before, after, observation),
    ...drifted(before, after, observation),
    ...foundBetween(before, after),
    ...failed(before, after),
    ...suspended(before, after),
    ...queued(before, after),
  ];
}

function resolved(before: PolicyStatus, after: PolicyStatus): readonly PolicyEvent[] {
  if (!isTrue(before, 'Conflict') || isTrue(after, 'Conflict')) return [];
  return [normal('ConflictResolved', 'No other policy claims the same roles or schemas any more')];
}

function succeeded(
  before: PolicyStatus,
  after: PolicyStatus,
  observation: Observation,
): readonly PolicyEvent[] {
  const ready = condition(after, 'Ready');
  if (ready?.reason !== 'Reconciled') return [];
  const message =
    observation.kind === 'applied' ? `${ready.message}: ${observation.line}` : ready.message;
  if (isTrue(before, 'Degraded')) return [normal('Recovered', message)];
  const changed = observation.kind === 'applied' && observation.summary.total > 0;
  return changed || !wasReconciled(before) ? [normal('Reconciled', message)] : [];
}

function wasReconciled(status: PolicyStatus): boolean {
  if (!isReconciling(status)) return condition(status, 'Ready')?.reason === 'Reconciled';
  return status.observed_version !== undefined && !isTrue(status, 'Paused');
}

function drifted(
  before: PolicyStatus,
  after: PolicyStatus,
  { kind }: Observation,
): readonly PolicyEvent[] {
  if (kind !== 'planned') return [];
  const now = condition(after, 'Drifted');
  const then = condition(before, 'Drifted');
  if (now === undefined || (now.status === then?.status && wasPlanned(before))) return [];
  const reason = now.status === 'True' ? 'DriftDetected' : 'PlanClean';
  return [normal(reason, now.message)];
}

function wasPlanned(status: PolicyStatus): boolean {
  if (isReconciling(status)) return condition(status, 'Drifted')?.status !== undefined;
  return condition(status, 'Ready')?.reason === 'Planned';
}

/** Event reasons that are compatible with pgroles. */
const eventReasons: Partial<Record<ErrorCode, string>> = {
  ConflictingPolicy: 'ConflictDetected',
  UnsafeRoleDrops: 'UnsafeRoleDropsBlocked',
  SecretMissing: 'SecretFetchFailed',
  DatabaseAuthenticationFailed: 'DatabaseConnectionFailed',
};

function failed(before: PolicyStatus, after: PolicyStatus): readonly PolicyEvent[] {
  const now = condition(after, 'Degraded');
  if (now === undefined || now.reason === condition(before, 'Degraded')?.reason) return [];
  const reasons: Readonly<Record<string, string | undefined>> = eventReasons;
  return [{ type: 'Warning', reason: reasons[now.reason] ?? now.reason, message: now.message }];
}

function suspended(before: PolicyStatus, after: PolicyStatus): readonly PolicyEvent[] {
  if (isTrue(before, 'Paused') || !isTrue(after, 'Paused')) return [];
  return [normal('Suspended', 'Reconciliation is suspended')];
}

function queued(before: PolicyStatus, after: PolicyStatus): readonly PolicyEvent[] {
  const now = condition(after, 'Ready');
  if (now?.reason !== 'Queued' || condition(before, 'Ready')?.reason === 'Queued') return [];
  return [{ type: 'Warning', reason: 'RepairQueued', message: now.message }];
}

function condition({ conditions }: PolicyStatus, type: Condition['type']): Condition | undefined {
  return conditions.find((each) => each.type === type);
}

function isTrue(status: PolicyStatus, type: Condition['type']): boolean {
  return condition(status, type)?.status === 'True';
}

function normal(reason: string, message: string): PolicyEvent {
  return { type: 'Normal', reason, message };
}
