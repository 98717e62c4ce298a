import type { Condition, PolicyStatus } from '../../sources/source.ts';
import type { Looked, Observation } from '../contract.ts';
import { conditionsFor } from './conditions.ts';
import { omit } from './omit.ts';

export interface Moment {
  readonly observation: Observation;
  /** Version of the spec that was checked. */
  readonly version: string;
  readonly now: Date;
}

/** Status fields that the observation sets; without it they are removed. */
const observedFields = [
  'last_error',
  'transient_failure_count',
  'change_summary',
  'planned_sql',
  'finding_count',
  'findings',
] as const;

/** The status after an observation. Other activities write claims, password versions and SQL texts. */
export function nextStatus(previous: PolicyStatus, moment: Moment): PolicyStatus {
  const { observation, version, now } = moment;
  const time = now.toISOString();
  const { planned_sql, change_summary } = previous;
  const base = {
    ...omit(previous, ...observedFields),
    conditions: withTimes(previous.conditions, conditionsFor(observation), time),
  };
  switch (observation.kind) {
    case 'inSync':
      return {
        ...base,
        ...successAt(time, version),
        ...found(observation),
        ...(change_summary === undefined ? {} : { change_summary }),
      };
    case 'applied':
      return {
        ...base,
        ...successAt(time, version),
        ...found(observation),
        change_summary: observation.summary,
      };
    case 'planned':
      return {
        ...base,
        ...successAt(time, version),
        ...found(observation),
        change_summary: observation.summary,
        ...(planned_sql === undefined ? {} : { planned_sql }),
      };
    case 'refused':
      return {
        ...base,
        ...lastFound(previous),
        last_reconcile_time: time,
        last_error: observation.refusal.message,
        transient_failure_count: observation.failures,
      };
    case 'suspended':
    case 'queued':
      return { ...base, ...lastFound(previous) };
  }
}

type Found = Pick<PolicyStatus, 'finding_count' | 'findings'>;

function found({ findings }: Looked): Found {
  return findings === undefined ? {} : { finding_count: findings.total, findings: findings.first };
}

/** The findings of the last check stay until the next check. */
function lastFound({ finding_count, findings }: PolicyStatus): Found {
  return {
    ...(finding_count === undefined ? {} : { finding_count }),
    ...(findings === undefined ? {} : { findings }),
  };
}

function successAt(time: string, version: string) {
  return {
    observed_version: version,
    last_reconcile_time: time,
    last_successful_reconcile_time: time,
    transient_failure_count: 0,
  };
}

/** A condition keeps its transition time while its status is the same. */
export function withTimes(
  previous: readonly Condition[],
  wanted: readonly Omit<Condition, 'last_transition_time'>[],
  time: string,
): readonly Condition[] {
  return wanted.map((condition) => {
    const former = previous.find(({ type }) => type === condition.type);
    const isSame = former?.status === condition.status;
    return { ...condition, last_transition_time: isSame ? former.last_transition_time : time };
  });
}
