import type { PolicyEvent } from '../sources/source.ts';
import { policyFields } from '../telemetry/log.ts';
import type { LetGoRequest } from './contract.ts';
import type { Done, LeaveOutcome, Refused } from './outcome.ts';
import { refusalAsData } from './boundary.ts';
import type { ActivityDeps } from './deps.ts';
import { recordEvent } from './record-event.ts';

/** Removes the finalizer of a deleted policy and records an Event that says what happened to its grants. */
export function letGo(deps: ActivityDeps, { ref, outcome }: LetGoRequest): Promise<Done | Refused> {
  return refusalAsData(async () => {
    const record = await deps.source.readPolicy(ref);
    if (record?.deletedAt === undefined) return { kind: 'done' };
    const event = eventOf(outcome);
    if (event !== undefined) await recordEvent(deps, record, event);
    await deps.source.keep(record, false);
    deps.log.info(
      { ...policyFields(ref), result: outcome.kind },
      'finalizer of the deleted policy removed',
    );
    return { kind: 'done' };
  });
}

function eventOf(outcome: LeaveOutcome): PolicyEvent | undefined {
  switch (outcome.kind) {
    case 'nothingGranted':
    case 'retained':
      return undefined;
    case 'revoked': {
      const { line, stays } = outcome;
      const message = `Revoked what the policy granted: ${line}`;
      if (stays === undefined) return { type: 'Normal', reason: 'Revoked', message };
      return {
        type: 'Warning',
        reason: 'RevokedInPart',
        message: `${message}. Not revoked: ${stays}`,
      };
    }
    case 'skipped':
      return {
        type: 'Warning',
        reason: 'RevokeSkipped',
        message: `The grants of the policy stay: ${outcome.why}`,
      };
  }
}
