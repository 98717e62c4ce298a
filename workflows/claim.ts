import { condition, patched } from '@temporalio/workflow';
import type { Claim, MirrorClaimRequest } from '../activities/contract.ts';
import type { Done, Gone, Refused, Stale } from '../activities/outcome.ts';
import type { ResourceRef } from '../core/document/document.ts';
import type { RefusalRecord } from '../core/refusal.ts';
import { asData, quickly, remote } from './activities.ts';
import { answerTimeout } from './delay.ts';
import type { ClaimAnswer } from './messages.ts';
import type { Differs } from './pass.ts';
import type { PolicyClaim, PolicyRun } from './policy-state.ts';

type ClaimResult = Held | Gone | Refused | Stale;

interface Held {
  readonly kind: 'held';
  /** The claim was granted now. Until then, another policy could change what this one declares. */
  readonly isNew?: true;
}

/** The wanted claim, and whether the connected role has all rights it needs. */
type Wanted = Pick<Differs, 'mark' | 'database' | 'claim' | 'misrecorded'> &
  Pick<Claim, 'unproven' | 'probe'>;

/**
 * Makes sure that this policy holds the claim for what it declares on its current server, and no claim on another
 * server.
 */
export async function holdClaim(run: PolicyRun, wanted: Wanted): Promise<ClaimResult> {
  const { server } = wanted.mark;
  const known = run.state.claim;
  if (known?.held === true && known.server === server && isGoodFor(known, wanted)) {
    return { kind: 'held' };
  }
  if (known !== undefined && known.server !== server) await releaseClaim(run);
  const answer = await ask(run, wanted, mostAttempts);
  if ('kind' in answer) return answer;
  const { digest, held } = answer;
  const proven = wanted.unproven === undefined;
  run.state = { ...run.state, claim: { server, digest, held, proven }, claimsNothing: undefined };
  if (held) return record(run, wanted, answer);
  // The status may record an older claim (or a copied one) on what another policy holds now. After
  // a loss, that claim would win as the older one.
  if (run.state.recorded === undefined) await mirrorClaim(run, wanted);
  return { kind: 'refused', refusal: answer.refusal, failureClass: 'refused' };
}

/**
 * If the status records a different claim than the workflow knows of, the status is corrected to what the server's
 * workflow has granted. If that workflow lost the claim too, the policy claims again.
 */
export async function mirrorClaim(
  run: PolicyRun,
  { misrecorded }: { readonly misrecorded?: true },
): Promise<Done | Refused> {
  const { claim, claimsNothing } = run.state;
  // A policy that has not claimed yet adopts the recorded claim.
  const isSettled = claim !== undefined || claimsNothing === true;
  if (misrecorded !== true || !isSettled || !patched('claims-are-mirrored')) return done;
  const request = { ref: run.ref, ...placeOf(claim) };
  const summary = 'record what is claimed';
  const mirrored = await asData(remote.mirrorClaim.executeWithOptions({ summary }, [request]));
  if (mirrored.kind === 'refused') return mirrored;
  const { recorded } = mirrored;
  run.state = { ...run.state, recorded };
  if (claim?.held === true && recorded === undefined)
    run.state = { ...run.state, claim: undefined, mark: undefined };
  return done;
}

const done: Done = { kind: 'done' };

function placeOf(claim: PolicyClaim | undefined): Omit<MirrorClaimRequest, 'ref'> {
  if (claim === undefined) return {};
  const { server, held } = claim;
  return held ? { server, held } : { server };
}

/** A proven claim stays proven; for claims of an earlier version it is unknown. */
function isGoodFor({ digest, proven }: PolicyClaim, { claim, unproven }: Wanted): boolean {
  if (digest !== claim) return false;
  return proven === true || proven === (unproven === undefined);
}

/**
 * Asks which other policy claims something that this one declares. A policy in mode plan releases its own claim first.
 */
export async function probeClaim(
  run: PolicyRun,
  { mark, database, claim }: Differs,
): Promise<RefusalRecord | undefined> {
  if (run.state.claimsNothing !== true) {
    await releaseOn(run.state.claim?.server ?? mark.server, run.ref);
    run.state = { ...run.state, claim: undefined, recorded: undefined, claimsNothing: true };
  }
  const answer = await ask(run, { mark, database, claim, probe: true }, 1);
  return 'kind' in answer || answer.held ? undefined : answer.refusal;
}

/** Releases the policy's claim on the server where it holds one. */
export async function releaseClaim(run: PolicyRun): Promise<void> {
  const { claim } = run.state;
  if (claim === undefined) return;
  await releaseOn(claim.server, run.ref);
  run.state = { ...run.state, claim: undefined, recorded: undefined };
}

function releaseOn(server: string, ref: ResourceRef): Promise<Done | Refused> {
  const summary = `release on ${server}`;
  return asData(remote.release.executeWithOptions({ summary }, [{ ref, server }]));
}

const mostAttempts = 6;

async function ask(
  run: PolicyRun,
  { mark, database, unproven, probe }: Wanted,
  attempts: number,
): Promise<ClaimAnswer | Gone | Refused> {
  const standing = { ...(unproven && { unproven }), ...(probe && { probe }) };
  const request = { ref: run.ref, server: mark.server, database, ...standing };
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const summary = `${probe ? 'checking claims' : 'claiming'} on ${database}`;
    run.answer = undefined;
    const sent = await quickly(({ claim }) => claim.executeWithOptions({ summary }, [request]));
    if (sent.kind !== 'sent') return sent;
    // An earlier workflow of the policy claimed there and was lost before the policy moved to this
    // server.
    if (sent.elsewhere !== undefined) {
      const released = await releaseOn(sent.elsewhere, run.ref);
      if (released.kind === 'refused') return released;
    }
    const answer = () => (run.answer?.digest === sent.digest ? run.answer : undefined);
    await condition(() => answer() !== undefined, answerTimeout(attempt), { summary });
    const answered = answer();
    if (answered !== undefined) return answered;
  }
  return noAnswer(mark.server);
}

/** Records the claim before anything is written, so that it can be recalled if Temporal loses its data. */
async function record(
  run: PolicyRun,
  { mark, database, unproven }: Wanted,
  answer: ClaimAnswer & { held: true },
): Promise<ClaimResult> {
  const { digest, since } = answer;
  const standing = unproven === undefined ? {} : { unproven };
  const request = { ref: run.ref, server: mark.server, database, digest, since, ...standing };
  const recorded = await quickly(({ recordClaim }) =>
    recordClaim.executeWithOptions({ summary: 'record claim' }, [request]),
  );
  if (recorded.kind === 'done') {
    run.state = { ...run.state, recorded: recorded.recorded };
    return { kind: 'held', isNew: true };
  }
  run.state = { ...run.state, claim: undefined };
  return recorded;
}

function noAnswer(server: string): Refused {
  return {
    kind: 'refused',
    refusal: {
      code: 'Internal',
      message: `workflow database/${server} did not respond`,
      hint: 'Check this workflow in the Temporal UI: it may be stuck, or no worker is running.',
    },
    failureClass: 'transient',
  };
}
