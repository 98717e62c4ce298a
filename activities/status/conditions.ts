import { failureClass } from '../../core/error-codes.ts';
import { isDrift } from '../../core/finding.ts';
import type { RefusalRecord } from '../../core/refusal.ts';
import type { Condition } from '../../sources/source.ts';
import type { Looked, Observation } from '../contract.ts';

type ConditionState = Omit<Condition, 'last_transition_time'>;

/** Ready is always set, Drifted when it is known, and the others only while they are true. */
export function conditionsFor(observation: Observation): readonly ConditionState[] {
  switch (observation.kind) {
    case 'inSync':
      return [ready('Reconciled', 'In sync'), drift(observation)];
    case 'applied':
      return [ready('Reconciled', appliedText(observation.summary.total)), drift(observation)];
    case 'planned': {
      const { total } = observation.summary;
      if (total === 0) return [ready('Planned', 'In sync'), drift(observation)];
      const pending = `${changesText(total)} pending: ${observation.line}`;
      return [
        ready('Planned', pending),
        { type: 'Drifted', status: 'True', reason: 'DriftDetected', message: pending },
      ];
    }
    case 'refused':
      return refused(observation.refusal);
    case 'queued':
      return queued(observation.line, observation.since);
    case 'suspended':
      return [
        {
          type: 'Ready',
          status: 'False',
          reason: 'Suspended',
          message: 'Reconciliation is suspended',
        },
        { type: 'Paused', status: 'True', reason: 'Suspended', message: 'spec.suspend is true' },
      ];
  }
}

/** The policy is correct, so it is neither Degraded nor Stalled: kstatus treats Reconciling as work in progress. */
function queued(line: string, since: string): readonly ConditionState[] {
  const message = `The repair (${line}) has been waiting for its turn on the server since ${since}`;
  return [
    { type: 'Ready', status: 'False', reason: 'Queued', message },
    { type: 'Reconciling', status: 'True', reason: 'Queued', message },
    { type: 'Drifted', status: 'True', reason: 'Queued', message },
  ];
}

function changesText(count: number): string {
  return `${count} change${count === 1 ? '' : 's'}`;
}

const inSync: ConditionState = {
  type: 'Drifted',
  status: 'False',
  reason: 'InSync',
  message: 'In sync',
};

/**
 * When nothing is left to do, drift is what the connected role cannot or must not revoke. Ready stays True, because
 * pgwarden has done all it may do.
 */
function drift({ findings }: Looked): ConditionState {
  if (findings === undefined || findings.unrevocable === 0) return inSync;
  const [first, ...others] = findings.first.filter(isDrift);
  const more = others.length === 0 ? '' : `, and ${String(findings.unrevocable - 1)} more`;
  const message = `${first?.message ?? ''}${more}`;
  return { type: 'Drifted', status: 'True', reason: first?.code ?? 'Unrevocable', message };
}

function appliedText(total: number): string {
  return total === 0 ? 'In sync' : `Applied ${changesText(total)}`;
}

function ready(reason: string, message: string): ConditionState {
  return { type: 'Ready', status: 'True', reason, message };
}

/** Stalled marks an error that a person must fix, so that kstatus does not wait. */
function refused({ code, message }: RefusalRecord): readonly ConditionState[] {
  const failing: readonly ConditionState[] = [
    { type: 'Ready', status: 'False', reason: code, message },
    { type: 'Degraded', status: 'True', reason: code, message },
  ];
  return [
    ...failing,
    ...(code === 'ConflictingPolicy' ? [holds('Conflict', code, message)] : []),
    ...(failureClass(code) === 'refused' ? [holds('Stalled', code, message)] : []),
  ];
}

function holds(type: ConditionState['type'], reason: string, message: string): ConditionState {
  return { type, status: 'True', reason, message };
}
