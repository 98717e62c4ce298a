import type { PolicyEvent } from '../sources/source.ts';
import { policyFields } from '../telemetry/log.ts';
import type { Done, LeaveOutcome, LetGoRequest, Refused } from './contract.ts';
import { refusalAsData } from './boundary.ts';
import type { ActivityDeps } from './deps.ts';
import { tell } from './tell.ts';

/** Lets a policy go that was deleted and waited for us, and tells what became of what it granted. */
export function letGo(deps: ActivityDeps, { ref, outcome }: LetGoRequest): Promise<Done | Refused> {
  return refusalAsData(async () => {
    const record = await deps.source.readPolicy(ref);
    if (record?.deletedAt === undefined) return { kind: 'done' };
    const event = eventOf(outcome);
    if (event !== undefined) await tell(deps, record, event);
    await deps.source.keep(record, false);
    deps.log.info({ ...policyFields(ref), result: outcome.kind }, 'deleted policy let go');
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
      const message = `What the policy granted was taken back: ${line}`;
      if (stays === undefined) return { type: 'Normal', reason: 'Revoked', message };
      return {
        type: 'Warning',
        reason: 'RevokedInPart',
        message: `${message}. It stays: ${stays}`,
      };
    }
    case 'skipped':
      return {
        type: 'Warning',
        reason: 'RevokeSkipped',
        message: `What the policy granted stays: ${outcome.why}`,
      };
  }
}
